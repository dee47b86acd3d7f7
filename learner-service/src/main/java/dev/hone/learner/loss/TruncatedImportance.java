package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/// Truncated importance sampling: weighs the policy loss (not the KL term) for what generation's arithmetic
/// sampled differently from training's.
///
/// ```
/// w_t = sg(min(exp(old - behaviour), cap))                    by token
/// w_i = sg(min(exp(sum_t(old - behaviour)), cap))             by sequence
/// ```
///
/// There is no lower bound, and the normaliser stays the number of tokens, not the sum of the weights.
///
/// Source: Yao et al. 2025, "Your Efficient RL Framework Secretly Brings You Off-Policy RL Training"; verl's
/// `rollout_is`, TRL's `vllm_importance_sampling`.
///
/// @param level of what the weight is
/// @param cap largest weight
public record TruncatedImportance(Level level, double cap) {

    /// What a weight belongs to.
    public enum Level {
        TOKEN,
        SEQUENCE
    }

    /// The weights, without gradient.
    ///
    /// @param newLogProbs `[N]`: what stands for the old log-probabilities if there are none
    /// @return `[N]`: 0 outside the mask
    public NDArray weights(NDArray newLogProbs, TokenStreams streams) {
        return weights(PolicyTokens.masked(newLogProbs, streams));
    }

    NDArray weights(PolicyTokens tokens) {
        NDArray behaviour = Objects.requireNonNull(
                tokens.behaviour(), "truncated importance sampling needs the log-probabilities as sampled");
        NDArray gap = tokens.old().sub(behaviour);
        NDArray logWeight = switch (level) {
            case TOKEN -> gap;
            case SEQUENCE -> tokens.sequences().sum(gap);
        };
        return PolicyTokens.exp(logWeight).minimum(cap).mul(tokens.inLoss()).stopGradient();
    }
}
