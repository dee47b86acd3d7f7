package dev.hone.gateway.run;

import static dev.hone.contracts.run.RunState.CANCELLED;
import static dev.hone.contracts.run.RunState.COMPLETED;
import static dev.hone.contracts.run.RunState.COMPLETING;
import static dev.hone.contracts.run.RunState.FAILED;
import static dev.hone.contracts.run.RunState.GATE_FAILED;
import static dev.hone.contracts.run.RunState.PAUSED;
import static dev.hone.contracts.run.RunState.PREPARING;
import static dev.hone.contracts.run.RunState.RUNNING;
import static dev.hone.contracts.run.RunState.SUBMITTED;

import dev.hone.contracts.run.RunState;
import java.util.Map;
import java.util.Set;

/// The states that may follow each state of a run. A paused run goes back to where it was, or completes with what was
/// in
/// flight.
final class RunTransitions {

    private static final Map<RunState, Set<RunState>> NEXT = Map.of(
            SUBMITTED, Set.of(PREPARING, PAUSED, FAILED, GATE_FAILED, CANCELLED),
            PREPARING, Set.of(RUNNING, PAUSED, FAILED, GATE_FAILED, CANCELLED),
            RUNNING, Set.of(PAUSED, COMPLETING, FAILED, GATE_FAILED, CANCELLED),
            PAUSED, Set.of(SUBMITTED, PREPARING, RUNNING, COMPLETING, FAILED, GATE_FAILED, CANCELLED),
            COMPLETING, Set.of(COMPLETED, FAILED, GATE_FAILED, CANCELLED),
            COMPLETED, Set.of(),
            FAILED, Set.of(),
            GATE_FAILED, Set.of(),
            CANCELLED, Set.of());

    private RunTransitions() {}

    static boolean allowed(RunState from, RunState to) {
        return NEXT.getOrDefault(from, Set.of()).contains(to);
    }

    /// @throws IllegalStateException if the run may not go there
    static void require(String run, RunState from, RunState to) {
        if (!allowed(from, to)) {
            throw new IllegalStateException("Run " + run + " cannot go from " + from.label() + " to " + to.label()
                    + "; from there it may go to "
                    + NEXT.getOrDefault(from, Set.of()).stream()
                            .map(RunState::label)
                            .sorted()
                            .toList()
                    + ".");
        }
    }
}
