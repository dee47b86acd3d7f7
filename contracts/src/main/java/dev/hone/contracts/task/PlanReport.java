package dev.hone.contracts.task;

import dev.hone.contracts.RunId;
import java.util.List;

/// `GET /api/v1/runs/{run}/plan` of task-service: what the run does, and how far it is.
///
/// @param run which
/// @param trainingTasks problems to train on
/// @param validationTasks problems to evaluate on
/// @param steps training steps in all
/// @param policyVersion newest version of the weights, -1 before there is one
/// @param phases in order
public record PlanReport(
        RunId run, int trainingTasks, int validationTasks, int steps, int policyVersion, List<Planned> phases) {

    public PlanReport {
        phases = List.copyOf(phases);
    }

    /// A phase and how far it is.
    ///
    /// @param samples of each of its groups
    /// @param state `planned`, `issued` or `completed`
    public record Planned(Phase phase, int samples, String state) {}
}
