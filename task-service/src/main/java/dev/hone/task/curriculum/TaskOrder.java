package dev.hone.task.curriculum;

import dev.hone.contracts.run.RunConfig;

/// The epochs' orders of the training tasks, laid end to end: every task comes once per epoch, whether or not the
/// batch size divides their number.
public final class TaskOrder {

    private final int tasks;
    private final boolean shuffle;
    private final long seed;
    private long epoch = -1;
    private int[] order = {};

    /// @param tasks how many there are
    public TaskOrder(RunConfig config, int tasks) {
        this.tasks = tasks;
        this.shuffle = config.taskReader().shuffle();
        this.seed = config.seed();
    }

    /// How many tasks there are.
    public int tasks() {
        return tasks;
    }

    /// Index of the task at a position, from 0.
    public int at(long position) {
        if (position / tasks != epoch) {
            epoch = position / tasks;
            order = shuffle ? Shuffle.order(tasks, seed, epoch) : Shuffle.inOrder(tasks);
        }
        return order[(int) (position % tasks)];
    }
}
