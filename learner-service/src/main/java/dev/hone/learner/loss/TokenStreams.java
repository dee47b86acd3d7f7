package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/// What a loss needs to know of each token beside its log-probability in training. Each array is `[N]`, of
/// one type and on one device; nothing is differentiated with respect to them.
///
/// @param weights [Aggregation#weights]: 0 outside the mask
/// @param sequences which sequence each token belongs to
/// @param advantages of each token; null where a loss has none (supervised)
/// @param oldLogProbs under the weights before the batch's first optimizer step; null where they equal the
///     new ones, so that the ratio is 1 in value and still has the gradient of the new ones
/// @param behaviourLogProbs as they were sampled; null where nobody sampled them
/// @param referenceLogProbs under the model that the run began with; null without a KL term
public record TokenStreams(
        NDArray weights,
        Sequences sequences,
        @Nullable NDArray advantages,
        @Nullable NDArray oldLogProbs,
        @Nullable NDArray behaviourLogProbs,
        @Nullable NDArray referenceLogProbs) {}
