package dev.hone.learner.run;

import java.util.Set;

/// How far the learner is with a run.
public enum RunState {
    /// It waits for its turn, or its model is being loaded.
    SUBMITTED(false),
    /// Its weights generate, and batches are trained.
    RUNNING(false),
    /// Its last phase is done and its model is exported.
    COMPLETED(true),
    /// It cannot go on.
    FAILED(true),
    /// A person ended it.
    CANCELLED(true);

    private final boolean terminal;

    RunState(boolean terminal) {
        this.terminal = terminal;
    }

    /// Whether nothing comes after it.
    public boolean terminal() {
        return terminal;
    }

    /// States that may come next.
    public Set<RunState> next() {
        return switch (this) {
            case SUBMITTED -> Set.of(RUNNING, FAILED, CANCELLED);
            case RUNNING -> Set.of(COMPLETED, FAILED, CANCELLED);
            case COMPLETED, FAILED, CANCELLED -> Set.of();
        };
    }
}
