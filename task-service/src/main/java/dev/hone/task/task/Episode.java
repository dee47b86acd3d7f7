package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.judge.Verdict;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One attempt at one sample of a group: a line of the ledger.
@Entity
@Table(name = "episode")
class Episode {

    @Id
    private String id;

    @Version
    private @Nullable Integer version;

    private String groupId;
    private String run;

    @Enumerated(EnumType.STRING)
    private Purpose purpose;

    private int step;
    private int groupNumber;
    private int sample;
    private int attempt;

    @Enumerated(EnumType.STRING)
    private EpisodeState state;

    private Instant issuedAt;
    private Instant deadline;
    private Instant changedAt;
    private @Nullable Double reward;
    private @Nullable Boolean success;
    private @Nullable String reasonCode;
    private @Nullable String reasonMessage;

    protected Episode() {}

    Episode(EpisodeKey key, Instant issuedAt, Instant deadline) {
        this.id = key.id();
        this.groupId = key.groupId();
        this.run = key.run().value();
        this.purpose = key.purpose();
        this.step = key.step();
        this.groupNumber = key.group();
        this.sample = key.sample();
        this.attempt = key.attempt();
        this.state = EpisodeState.ISSUED;
        this.issuedAt = issuedAt;
        this.deadline = deadline;
        this.changedAt = issuedAt;
    }

    EpisodeKey key() {
        return new EpisodeKey(new RunId(run), purpose, step, groupNumber, sample, attempt);
    }

    int sample() {
        return sample;
    }

    int attempt() {
        return attempt;
    }

    EpisodeState state() {
        return state;
    }

    Instant issuedAt() {
        return issuedAt;
    }

    /// When it got the state that it has.
    Instant changedAt() {
        return changedAt;
    }

    double reward() {
        return reward == null ? Double.NaN : reward;
    }

    boolean success() {
        return Boolean.TRUE.equals(success);
    }

    /// Why it has no verdict, or why a judged one was left out.
    Failure reason() {
        return new Failure(
                reasonCode == null ? "unknown" : reasonCode, reasonMessage == null ? "" : reasonMessage, false);
    }

    boolean overdue(Instant now) {
        return state == EpisodeState.ISSUED && deadline.isBefore(now);
    }

    void judged(Verdict verdict, Instant now) {
        to(EpisodeState.JUDGED, now);
        reward = verdict.reward();
        success = verdict.success();
        reasonCode = null;
        reasonMessage = null;
    }

    void to(EpisodeState next, Instant now) {
        EpisodeTransitions.require(id, state, next);
        state = next;
        changedAt = now;
    }

    void to(EpisodeState next, String code, String message, Instant now) {
        to(next, now);
        reasonCode = code;
        reasonMessage = message;
    }
}
