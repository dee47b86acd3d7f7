package dev.hone.learner.step;

import java.util.List;

/// What an update came to.
///
/// @param statistics over all tokens and optimizer steps
/// @param tokens of each sequence of the batch, in its order
public record Update(UpdateStatistics statistics, List<TokenRecord> tokens) {

    /// What the update knew of a sequence's targets: M of them.
    ///
    /// @param sequence whose
    /// @param oldLogProbs `[M]`: under the weights before the first optimizer step
    /// @param newLogProbs `[M]`: as the last pass over the batch computed them, before the optimizer step
    ///     that they went into; with one optimizer step they are the old ones
    public record TokenRecord(TrainingSequence sequence, float[] oldLogProbs, float[] newLogProbs) {}
}
