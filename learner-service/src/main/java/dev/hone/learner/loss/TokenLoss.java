package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/// A loss that is a weighted sum over tokens. The weights carry mask and denominators of the *whole* batch,
/// so that the losses of micro-batches add up to the loss of the batch.
public interface TokenLoss {
    /// `sum_n weight_n * l_n`; differentiable with respect to `newLogProbs`. Positions of weight 0 are
    /// outside the mask: whatever stands there, infinities and NaN included, changes neither the loss nor its
    /// gradient.
    ///
    /// @param newLogProbs `[N]`: log-probabilities under the weights in training
    /// @param streams what else is known of each token
    /// @return scalars, in the manager of `newLogProbs`
    Value of(NDArray newLogProbs, TokenStreams streams);

    /// Whether a token's loss depends on the other tokens of its sequence, so that a sequence must not be
    /// cut.
    default boolean wholeSequences() {
        return false;
    }

    /// What a loss comes to.
    ///
    /// @param loss to be minimised
    /// @param policy the loss without its KL term, to be told
    /// @param sums to be told, by the name of the metric: float64 sums over the tokens inside the mask of
    ///     what the metric is the mean of
    record Value(NDArray loss, NDArray policy, Map<String, NDArray> sums) {}
}
