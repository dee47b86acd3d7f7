package dev.hone.gateway.run;

import dev.hone.contracts.Failure;
import dev.hone.contracts.run.RunState;
import org.jspecify.annotations.Nullable;

/// Data of a `run` event: the run's new state.
record RunChange(
        String run,
        RunState state,
        @Nullable Failure failure,
        @Nullable String export) {

    static RunChange of(Run run) {
        return new RunChange(run.name(), run.state(), run.failure(), run.export());
    }
}
