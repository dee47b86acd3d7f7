package dev.hone.gateway.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.task.Phase;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Persistable;

/// A run as the gateway mirrors it.
@Entity
@Table(name = "run")
class Run implements Persistable<String> {

    @Id
    private String name;

    private String project;
    private String config;
    private String warnings;

    @Enumerated(EnumType.STRING)
    private RunState state;

    private boolean taskPrepared;
    private boolean learnerPrepared;
    private boolean lastPhaseDone;
    private boolean exported;
    private @Nullable String export;
    private @Nullable Integer steps;
    private int step;
    private @Nullable Integer policyVersion;
    private @Nullable String policyChecksum;
    private @Nullable String failureCode;
    private @Nullable String failureMessage;
    private @Nullable Boolean failureRetryable;
    private @Nullable String parentRun;
    private @Nullable Integer parentVersion;
    private Instant submittedAt;
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private @Nullable String waiting;

    @Transient
    private boolean fresh;

    protected Run() {}

    Run(RunId id, RunConfig config, List<String> warnings, @Nullable Parent parent, Instant now) {
        this.name = id.value();
        this.project = config.projectName();
        this.config = EventCodec.json().writeValueAsString(config);
        this.warnings = String.join("\n", warnings);
        this.state = RunState.SUBMITTED;
        this.parentRun = parent == null ? null : parent.run();
        this.parentVersion = parent == null ? null : parent.version();
        this.submittedAt = now;
        int total = config.trainerCommon().totalTrainingSteps();
        this.steps = config.trainerCommon().valOnly() ? Integer.valueOf(0) : total > 0 ? Integer.valueOf(total) : null;
        this.fresh = true;
    }

    /// The services are not told of it yet.
    ///
    /// @param why for people
    void waits(String why) {
        waiting = why;
    }

    /// The services are told of it.
    void begins() {
        waiting = null;
    }

    /// task-service has read the dataset.
    ///
    /// @param total training steps, if it said so
    void taskPrepared(@Nullable Integer total, Instant now) {
        taskPrepared = true;
        if (total != null) {
            steps = total;
        }
        prepared(now);
    }

    /// learner-service has loaded the model.
    void learnerPrepared(Instant now) {
        learnerPrepared = true;
        prepared(now);
    }

    private void prepared(Instant now) {
        if (state == RunState.SUBMITTED) {
            go(RunState.PREPARING, now);
        }
        if (state == RunState.PREPARING && resting() == RunState.RUNNING) {
            go(RunState.RUNNING, now);
        }
    }

    /// Where the run stands if nobody pauses it.
    private RunState resting() {
        if (taskPrepared && learnerPrepared) {
            return RunState.RUNNING;
        }
        return taskPrepared || learnerPrepared ? RunState.PREPARING : RunState.SUBMITTED;
    }

    void policyUpdated(int version, String checksum) {
        if (policyVersion == null || version >= policyVersion) {
            policyVersion = version;
            policyChecksum = checksum;
        }
    }

    void stepCompleted(Phase phase, Instant now) {
        if (phase.purpose() == Purpose.TRAIN) {
            step = Math.max(step, phase.step());
        }
        if (phase.last()) {
            lastPhaseDone = true;
            complete(now);
        }
    }

    /// The learner has written the trained model.
    void exported(@Nullable String folder, Instant now) {
        exported = true;
        export = folder;
        complete(now);
    }

    /// The last step's report and the learner's travel on different topics: the run is complete when both are here.
    private void complete(Instant now) {
        if (state.terminal()) {
            return;
        }
        if (state == RunState.SUBMITTED || state == RunState.PREPARING) {
            taskPrepared = true;
            learnerPrepared = true;
            prepared(now);
        }
        if (state != RunState.COMPLETING) {
            go(RunState.COMPLETING, now);
        }
        if (lastPhaseDone && exported) {
            go(RunState.COMPLETED, now);
        }
    }

    void fail(Failure failure, Instant now) {
        end(RunState.FAILED, failure, now);
    }

    /// It did not reach what a gate asks for.
    void gateFailed(Failure failure, Instant now) {
        end(RunState.GATE_FAILED, failure, now);
    }

    private void end(RunState to, Failure failure, Instant now) {
        if (!state.terminal()) {
            failureCode = failure.code();
            failureMessage = failure.message();
            failureRetryable = failure.retryable();
            go(to, now);
        }
    }

    /// @throws IllegalStateException if it cannot be paused
    void pause(Instant now) {
        go(RunState.PAUSED, now);
    }

    /// @throws IllegalStateException if it is not paused
    void resume(Instant now) {
        if (state != RunState.PAUSED) {
            throw new IllegalStateException("Run " + name + " is " + state.label() + ", not paused.");
        }
        go(resting(), now);
    }

    /// @throws IllegalStateException if it has ended
    void cancel(Instant now) {
        go(RunState.CANCELLED, now);
    }

    private void go(RunState to, Instant now) {
        RunTransitions.require(name, state, to);
        state = to;
        if (to == RunState.RUNNING && startedAt == null) {
            startedAt = now;
        }
        if (to.terminal()) {
            endedAt = now;
        }
    }

    String name() {
        return name;
    }

    /// Whose it is: what its file calls `project_name`.
    String project() {
        return project;
    }

    RunId id() {
        return new RunId(name);
    }

    RunState state() {
        return state;
    }

    RunConfig config() {
        return EventCodec.json().readValue(config, RunConfig.class);
    }

    List<String> warnings() {
        return warnings.isEmpty() ? List.of() : List.of(warnings.split("\n"));
    }

    /// Whether its curve has all its points.
    boolean lastPhaseDone() {
        return lastPhaseDone;
    }

    /// What it waits for; null once the services were told of it, and after its end.
    @Nullable
    String waiting() {
        return state.terminal() ? null : waiting;
    }

    int step() {
        return step;
    }

    @Nullable
    Integer steps() {
        return steps;
    }

    @Nullable
    String export() {
        return export;
    }

    @Nullable
    Integer policyVersion() {
        return policyVersion;
    }

    @Nullable
    String policyChecksum() {
        return policyChecksum;
    }

    @Nullable
    Failure failure() {
        return failureCode == null || failureMessage == null || failureRetryable == null
                ? null
                : new Failure(failureCode, failureMessage, failureRetryable);
    }

    /// Whose weights it began with; null if they came from a folder.
    @Nullable
    Parent parent() {
        return parentRun == null || parentVersion == null ? null : new Parent(parentRun, parentVersion);
    }

    Instant submittedAt() {
        return submittedAt;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    @Nullable
    Instant endedAt() {
        return endedAt;
    }

    @Override
    public String getId() {
        return name;
    }

    @Override
    public boolean isNew() {
        return fresh;
    }
}
