package dev.hone.learner.training;

import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.RunReported;
import dev.hone.learner.batch.TokenVersions;
import dev.hone.learner.ledger.Ledger;
import dev.hone.learner.ledger.LedgerMember;
import dev.hone.learner.ledger.ReplayConditions;
import dev.hone.learner.run.RunState;
import dev.hone.learner.run.Runs;
import dev.hone.messaging.Outbox;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// What the learner has done, written and told in one transaction each.
@Component
class Announcements {
    private final Runs runs;
    private final Ledger ledger;
    private final Outbox outbox;

    Announcements(Runs runs, Ledger ledger, Outbox outbox) {
        this.runs = runs;
        this.ledger = ledger;
        this.outbox = outbox;
    }

    /// The model is loaded; its weights are version 0.
    @Transactional
    public void prepared(RunId run, String checksum) {
        if (runs.move(run, RunState.RUNNING, null)) {
            Instant now = Instant.now();
            outbox.publish(
                    Topics.LEARNER_RUN_REPORTED,
                    new RunReported(run, RunReported.State.PREPARED, null, Map.of("checksum", checksum), now));
            version(run, 0, checksum);
        }
    }

    /// These weights generate from now on; told once for each version and checksum.
    @Transactional
    public void version(RunId run, int version, String checksum) {
        Instant now = Instant.now();
        if (ledger.addVersion(run, version, checksum, now)) {
            outbox.publish(Topics.POLICY_UPDATED, new PolicyUpdated(run, version, checksum, now));
        }
    }

    /// A training step is done: ledger, step and version together.
    @Transactional
    public void trained(
            StepCompleted completed,
            String checksum,
            long optimizerSteps,
            ReplayConditions conditions,
            Optional<TokenVersions> versions,
            List<LedgerMember> members) {
        int before = completed.policyVersion() - 1;
        ledger.add(completed, before, checksum, optimizerSteps, conditions, versions, members);
        version(completed.run(), completed.policyVersion(), checksum);
        outbox.publish(Topics.STEP_COMPLETED, completed);
    }

    /// An evaluation is done.
    @Transactional
    public void evaluated(StepCompleted completed, String checksum, long optimizerSteps, ReplayConditions conditions) {
        ledger.add(
                completed,
                completed.policyVersion(),
                checksum,
                optimizerSteps,
                conditions,
                Optional.empty(),
                List.of());
        outbox.publish(Topics.STEP_COMPLETED, completed);
    }

    /// The run is done.
    ///
    /// @param export folder of the trained model; null if the run trained nothing
    @Transactional
    public void completed(RunId run, @Nullable Path export) {
        if (runs.move(run, RunState.COMPLETED, null)) {
            outbox.publish(
                    Topics.LEARNER_RUN_REPORTED,
                    new RunReported(
                            run,
                            RunReported.State.COMPLETED,
                            null,
                            export == null ? Map.of() : Map.of(RunReported.EXPORT, export.toString()),
                            Instant.now()));
        }
    }

    /// The run cannot go on.
    @Transactional
    public void failed(RunId run, Failure failure) {
        if (runs.move(run, RunState.FAILED, failure)) {
            outbox.publish(
                    Topics.LEARNER_RUN_REPORTED,
                    new RunReported(run, RunReported.State.FAILED, failure, Map.of(), Instant.now()));
        }
    }
}
