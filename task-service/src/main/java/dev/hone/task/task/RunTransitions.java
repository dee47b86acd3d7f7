package dev.hone.task.task;

import static dev.hone.contracts.run.RunState.CANCELLED;
import static dev.hone.contracts.run.RunState.COMPLETED;
import static dev.hone.contracts.run.RunState.COMPLETING;
import static dev.hone.contracts.run.RunState.FAILED;
import static dev.hone.contracts.run.RunState.PAUSED;
import static dev.hone.contracts.run.RunState.PREPARING;
import static dev.hone.contracts.run.RunState.RUNNING;
import static dev.hone.contracts.run.RunState.SUBMITTED;

import dev.hone.contracts.run.RunState;
import java.util.Map;
import java.util.Set;

/// The states that may follow each state of a run. Topics overtake one another, so that a run can be completed before
/// the last step's report is read.
final class RunTransitions {

    private static final Map<RunState, Set<RunState>> NEXT = Map.of(
            SUBMITTED, Set.of(PREPARING, PAUSED, FAILED, CANCELLED),
            PREPARING, Set.of(RUNNING, PAUSED, FAILED, CANCELLED),
            RUNNING, Set.of(PAUSED, COMPLETING, COMPLETED, FAILED, CANCELLED),
            PAUSED, Set.of(SUBMITTED, PREPARING, RUNNING, COMPLETING, COMPLETED, FAILED, CANCELLED),
            COMPLETING, Set.of(COMPLETED, FAILED, CANCELLED),
            COMPLETED, Set.of(),
            FAILED, Set.of(),
            CANCELLED, Set.of());

    private RunTransitions() {}

    static boolean allowed(RunState from, RunState to) {
        return NEXT.getOrDefault(from, Set.of()).contains(to);
    }

    /// @throws IllegalStateException if the run may not go there
    static void require(String run, RunState from, RunState to) {
        if (!allowed(from, to)) {
            throw new IllegalStateException("Run " + run + " cannot go from " + from + " to " + to + ".");
        }
    }
}
