package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;

/// The clipped loss with the ratio of whole sequences' probabilities, as TRL trains RLOO. For each token of
/// sequence i:
///
/// ```
/// P_i = exp(sum_t(new - old))
/// l   = -min(P_i * A_i, clip(P_i, 1 - clipLow, 1 + clipHigh) * A_i)
/// ```
///
/// All tokens of a sequence have the same loss, so that the mean over its tokens is that loss.
///
/// Source: TRL 1.16, `RLOOTrainer._compute_loss`; the sequence as one action is Ahmadian et al. 2024.
///
/// @param clipLow how far the ratio counts below 1
/// @param clipHigh how far the ratio counts above 1
public record SequenceClippedLoss(double clipLow, double clipHigh) implements PolicyLoss {

    @Override
    public Terms of(PolicyTokens tokens) {
        NDArray logRatio = tokens.sequences().sum(tokens.fresh().sub(tokens.old()));
        return ClippedPolicyLoss.clip(PolicyTokens.exp(logRatio), tokens.advantages(), clipLow, clipHigh);
    }

    @Override
    public boolean wholeSequences() {
        return true;
    }
}
