package dev.hone.debug;

import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.recorder.Recording;
import dev.hone.rollout.workflow.Tuner;
import java.util.function.Supplier;

/// Gives each episode a model to talk to.
interface Player extends AutoCloseable {

    /// One episode's tuner, and what was said over it.
    ///
    /// @param recording what was recorded so far
    record Seat(Tuner tuner, Supplier<Recording> recording) {}

    Seat seat(TaskIssued issued);

    @Override
    void close();
}
