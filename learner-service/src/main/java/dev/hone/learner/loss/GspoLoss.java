package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;

/// GSPO: one ratio for a whole sequence, the geometric mean of its tokens' ratios. For each token of sequence
/// i:
///
/// ```
/// s_i = exp(mean_t(new - old))
/// l   = -min(s_i * A_i, clip(s_i, 1 - clipLow, 1 + clipHigh) * A_i)
/// ```
///
/// All tokens of a sequence have the same loss, so that the mean over its tokens is that loss, and its
/// gradient `-A_i s_i / |y_i|` for each token where the clip does not decide.
///
/// Source: Zheng et al. 2025, "Group Sequence Policy Optimization", equations 5 and 7; the bounds there are
/// 3e-4 and 4e-4.
///
/// @param clipLow how far the ratio counts below 1
/// @param clipHigh how far the ratio counts above 1
public record GspoLoss(double clipLow, double clipHigh) implements PolicyLoss {

    @Override
    public Terms of(PolicyTokens tokens) {
        NDArray logRatio = tokens.sequences().mean(tokens.fresh().sub(tokens.old()), tokens.inLoss());
        return ClippedPolicyLoss.clip(PolicyTokens.exp(logRatio), tokens.advantages(), clipLow, clipHigh);
    }

    @Override
    public boolean wholeSequences() {
        return true;
    }
}
