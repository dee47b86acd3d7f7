package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// What a loss needs to know of each token beside its log-probability in training. Each array is `[N]`, of one type and
/// on
/// one device; nothing is differentiated with respect to them.
///
/// @param weights [Aggregation#weights]: 0 outside the mask
/// @param advantages of the episode that the token belongs to; null where a loss has none (supervised)
/// @param oldLogProbs under the weights before the batch's first optimizer step; null where they equal the new ones, so
///     that the ratio is 1 in value and still has the gradient of the new ones
/// @param referenceLogProbs under the model that the run began with; null without a KL term
public record TokenStreams(
        NDArray weights,
        @Nullable NDArray advantages,
        @Nullable NDArray oldLogProbs,
        @Nullable NDArray referenceLogProbs) {

    /// Streams of a supervised loss.
    public static TokenStreams supervised(NDArray weights) {
        return new TokenStreams(weights, null, null, null);
    }
}
