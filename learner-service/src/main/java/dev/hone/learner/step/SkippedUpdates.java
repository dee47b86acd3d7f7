package dev.hone.learner.step;

/// Counts updates that came to nothing, because none of their optimizer steps was finite, and ends it when too many
/// follow one another. Belongs to the thread that trains.
public final class SkippedUpdates {
    private final int most;
    private int inARow;

    /// @param most so many in a row are too many
    public SkippedUpdates(int most) {
        this.most = most;
    }

    /// Takes note of an update.
    ///
    /// @throws ArithmeticException if it is one too many
    public void after(UpdateStatistics update) {
        if (update.optimizerSteps() > 0 || update.skips().isEmpty()) {
            inARow = 0;
            return;
        }
        inARow++;
        if (inARow >= most) {
            throw new ArithmeticException(
                    "%d updates in a row came to nothing: %s. The weights are those from before; lower trainer_common.optim.lr, or check the rewards."
                            .formatted(inARow, update.skips().keySet()));
        }
    }
}
