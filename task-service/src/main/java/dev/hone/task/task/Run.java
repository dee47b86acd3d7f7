package dev.hone.task.task;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.task.curriculum.Plan;
import dev.hone.task.dataset.Dataset;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A run, as far as issuing its episodes goes. Its row's lock is the lock of everything below it.
@Entity
@Table(name = "run")
class Run {

    @Id
    private String name;

    @Version
    private int version;

    @Enumerated(EnumType.STRING)
    private RunState state = RunState.SUBMITTED;

    private @Nullable String reason;

    @Column(columnDefinition = "text")
    private @Nullable String config;

    private @Nullable Integer policyVersion;
    private int trainingTasks;
    private int validationTasks;
    private @Nullable String datasetFingerprint;
    private int issuedPhases;
    private Instant updatedAt;

    protected Run() {}

    RunId id() {
        return new RunId(name);
    }

    RunState state() {
        return state;
    }

    /// Why it failed or was cancelled.
    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /// The configuration, once submitted.
    Optional<RunConfig> config() {
        return Optional.ofNullable(config).map(text -> EventCodec.json().readValue(text, RunConfig.class));
    }

    void submitted(RunConfig submittedConfig, Instant now) {
        config = EventCodec.json().writeValueAsString(submittedConfig);
        updatedAt = now;
    }

    void prepared(Dataset dataset, Instant now) {
        trainingTasks = dataset.training().size();
        validationTasks = dataset.validation().size();
        datasetFingerprint = dataset.fingerprint();
        if (state == RunState.SUBMITTED) {
            to(RunState.PREPARING, "", now);
        }
    }

    boolean hasDataset() {
        return datasetFingerprint != null;
    }

    /// Of its dataset; empty until it is read.
    String datasetFingerprint() {
        return datasetFingerprint == null ? "" : datasetFingerprint;
    }

    /// Whether the dataset is the one that the run was prepared with.
    boolean matches(Dataset dataset) {
        return dataset.fingerprint().equals(datasetFingerprint);
    }

    /// What the run does; nothing until its dataset is read.
    Optional<Plan> plan() {
        return hasDataset() ? config().map(c -> new Plan(c, trainingTasks, validationTasks)) : Optional.empty();
    }

    int trainingTasks() {
        return trainingTasks;
    }

    int validationTasks() {
        return validationTasks;
    }

    /// Newest version of the weights, -1 before there is one.
    int policyVersion() {
        return policyVersion == null ? -1 : policyVersion;
    }

    void policyUpdated(int newVersion, Instant now) {
        policyVersion = Math.max(policyVersion(), newVersion);
        updatedAt = now;
    }

    int issuedPhases() {
        return issuedPhases;
    }

    void phaseIssued(Instant now) {
        issuedPhases++;
        updatedAt = now;
        if (state == RunState.PREPARING) {
            to(RunState.RUNNING, "", now);
        }
    }

    void resume(Instant now) {
        to(issuedPhases > 0 ? RunState.RUNNING : hasDataset() ? RunState.PREPARING : RunState.SUBMITTED, "", now);
    }

    /// Whether the run may go to the state from where it is.
    boolean may(RunState next) {
        return RunTransitions.allowed(state, next);
    }

    void to(RunState next, String why, Instant now) {
        RunTransitions.require(name, state, next);
        state = next;
        reason = why.isEmpty() ? null : why;
        updatedAt = now;
    }
}
