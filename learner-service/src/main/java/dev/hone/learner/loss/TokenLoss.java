package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;

/// A loss that is a weighted sum over tokens. The weights carry mask and denominators of the *whole* batch, so that the
/// losses of micro-batches add up to the loss of the batch.
public interface TokenLoss {
    /// `sum_n weight_n * l_n`; differentiable with respect to `newLogProbs`. Positions of weight 0 are outside the
    /// mask:
    /// whatever stands there, infinities and NaN included, changes neither the loss nor its gradient.
    ///
    /// @param newLogProbs `[N]`: log-probabilities under the weights in training
    /// @param tokens what else is known of each token
    /// @return a scalar, in the manager of `newLogProbs`
    NDArray of(NDArray newLogProbs, TokenStreams tokens);
}
