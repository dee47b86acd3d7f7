package dev.hone.task.task;

/// How far a run is, as this service sees it.
enum RunState {
    /// Announced; the dataset is not read yet.
    SUBMITTED(false),
    /// The dataset is read; the policy is not there yet.
    PREPARING(false),
    /// Phases are issued.
    RUNNING(false),
    /// Nothing new is issued; what is in flight goes on.
    PAUSED(false),
    /// The last phase is done; the learner exports.
    COMPLETING(false),
    COMPLETED(true),
    FAILED(true),
    CANCELLED(true);

    private final boolean terminal;

    RunState(boolean terminal) {
        this.terminal = terminal;
    }

    boolean terminal() {
        return terminal;
    }
}
