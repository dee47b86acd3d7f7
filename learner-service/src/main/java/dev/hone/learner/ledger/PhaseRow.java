package dev.hone.learner.ledger;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.batch.TokenVersions;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/// A phase that is done, with its metrics. Rows are added and never changed.
@Entity
@Table(name = "ledger")
class PhaseRow implements Persistable<PhaseRow.Id> {
    /// Which phase.
    @Embeddable
    record Id(String run, String purpose, int step) {}

    @EmbeddedId
    private Id id;

    private boolean last;
    private int versionBefore;
    private int versionAfter;
    private String checksumAfter;
    private long optimizerSteps;
    private String metrics;
    private Instant completedAt;
    private @Nullable Integer threads;
    private @Nullable Integer maxTokensPerMicroBatch;
    private @Nullable Integer replicas;
    private @Nullable Integer oldestTokenVersion;
    private @Nullable Integer newestTokenVersion;
    private @Nullable Integer maxStaleness;

    protected PhaseRow() {}

    PhaseRow(
            StepCompleted completed,
            int versionBefore,
            String checksumAfter,
            long optimizerSteps,
            ReplayConditions conditions,
            Optional<TokenVersions> versions) {
        Phase phase = completed.phase();
        this.id = new Id(completed.run().value(), phase.purpose().label(), phase.step());
        this.last = phase.last();
        this.versionBefore = versionBefore;
        this.versionAfter = completed.policyVersion();
        this.checksumAfter = checksumAfter;
        this.optimizerSteps = optimizerSteps;
        this.metrics = EventCodec.json().writeValueAsString(completed.metrics());
        this.completedAt = completed.completedAt();
        this.threads = conditions.threads();
        this.maxTokensPerMicroBatch = conditions.maxTokensPerMicroBatch();
        this.replicas = conditions.replicas();
        this.oldestTokenVersion = versions.map(TokenVersions::oldest).orElse(null);
        this.newestTokenVersion = versions.map(TokenVersions::newest).orElse(null);
        this.maxStaleness = versions.map(TokenVersions::maxStaleness).orElse(null);
    }

    LedgerRow row() {
        Purpose purpose = id.purpose().equals(Purpose.EVAL.label()) ? Purpose.EVAL : Purpose.TRAIN;
        return new LedgerRow(
                new Phase(purpose, id.step(), 0, last),
                versionBefore,
                versionAfter,
                checksumAfter,
                optimizerSteps,
                conditions(),
                completedAt);
    }

    private Optional<ReplayConditions> conditions() {
        return threads == null || maxTokensPerMicroBatch == null
                ? Optional.empty()
                : Optional.of(new ReplayConditions(threads, maxTokensPerMicroBatch, replicas == null ? 1 : replicas));
    }

    @Override
    public Id getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return true;
    }
}
