package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;

/// The policy-gradient part of a loss, token by token: one algorithm a file.
public interface PolicyLoss {
    /// `l_n`, differentiable with respect to the new log-probabilities.
    Terms of(PolicyTokens tokens);

    /// Whether a token's loss depends on the other tokens of its sequence, so that these have to be there.
    default boolean wholeSequences() {
        return false;
    }

    /// A loss and what its clip did.
    ///
    /// @param perToken `[N]`: `l_n`
    /// @param held `[N]`: 1 where the clip decides and the ratio has no gradient, else 0
    record Terms(NDArray perToken, NDArray held) {}
}
