package dev.hone.learner.step;

import dev.hone.learner.loss.Aggregation;

/// How a batch becomes optimizer steps.
///
/// @param aggregation how tokens are weighed together
/// @param miniBatches optimizer steps in one pass over the batch
/// @param epochs passes over the batch
/// @param learningRate over optimizer steps
public record UpdateSettings(Aggregation aggregation, int miniBatches, int epochs, LearningRate learningRate) {

    /// Whether every token is trained on under the weights that it is first scored under, so that old = new.
    boolean onPolicy() {
        return miniBatches == 1 && epochs == 1;
    }
}
