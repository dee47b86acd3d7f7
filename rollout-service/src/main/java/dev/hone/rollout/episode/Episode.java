package dev.hone.rollout.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.TaskIssued;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One attempt at one sample. Written by [EpisodeQueue]'s statements; read here.
@Entity
@Table(name = "episode")
class Episode {

    @Id
    private String episodeId;

    private String run;
    private String sampleId;
    private int step;
    private int taskGroup;
    private int sample;
    private int attempt;

    @Enumerated(EnumType.STRING)
    private EpisodeState state;

    private int runWorkers;
    private String issued;
    private @Nullable UUID worker;
    private @Nullable Instant leaseUntil;
    private Instant queuedAt;
    private @Nullable Instant finishedAt;
    private @Nullable String outcome;
    private byte @Nullable [] finished;
    private @Nullable Instant trimmedAt;

    protected Episode() {}

    EpisodeKey key() {
        return EpisodeKey.parse(episodeId);
    }

    EpisodeState state() {
        return state;
    }

    TaskIssued issued() {
        return EventCodec.decode(issued.getBytes(StandardCharsets.UTF_8), TaskIssued.class);
    }

    /// What became of it; empty while it has not ended.
    Optional<EpisodeFinished> finished() {
        return Optional.ofNullable(finished).map(bytes -> EventCodec.decode(bytes, EpisodeFinished.class));
    }

    /// When its conversation and tokens were let go; empty while they are here, or while it has not ended.
    Optional<Instant> trimmedAt() {
        return Optional.ofNullable(trimmedAt);
    }
}
