package dev.hone.judge.grading;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.EpisodeJudged;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/// One attempt's verdict, or why it has none; written once.
@Entity
@Table(name = "judged_episode")
class JudgedEpisode implements Persistable<String> {

    @Id
    private String episodeId;

    private String run;
    private String sampleId;
    private int attempt;
    private @Nullable Double reward;
    private @Nullable Boolean success;
    private String cause;
    private String event;
    private Instant judgedAt;

    @Transient
    private boolean fresh;

    protected JudgedEpisode() {}

    JudgedEpisode(EpisodeJudged judged) {
        EpisodeKey key = judged.episode();
        episodeId = key.id();
        run = key.run().value();
        sampleId = key.sampleId();
        attempt = key.attempt();
        reward = judged.verdict() == null ? null : judged.verdict().reward();
        success = judged.verdict() == null ? null : judged.verdict().success();
        cause = causeOf(judged);
        event = new String(EventCodec.encode(judged), StandardCharsets.UTF_8);
        judgedAt = judged.judgedAt();
        fresh = true;
    }

    /// The verdict's cause, or the failure's code.
    static String causeOf(EpisodeJudged judged) {
        if (judged.verdict() != null) {
            return judged.verdict().cause();
        }
        return judged.failure() == null ? "" : judged.failure().code();
    }

    EpisodeJudged event() {
        return EventCodec.decode(event.getBytes(StandardCharsets.UTF_8), EpisodeJudged.class);
    }

    @Override
    public String getId() {
        return episodeId;
    }

    @Override
    public boolean isNew() {
        return fresh;
    }
}
