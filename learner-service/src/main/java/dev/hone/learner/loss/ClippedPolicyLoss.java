package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/// The clipped policy-gradient loss of PPO, GRPO and DAPO, for each token:
///
/// ```
/// rho = exp(new - old)
/// l   = -min(rho * A, clip(rho, 1 - clipLow, 1 + clipHigh) * A)
/// l   = min(l, -dualClip * A)          where A < 0, if dualClip > 0
/// ```
///
/// Sources: Schulman et al. 2017, equation 7; the upper bound of its own is DAPO's (Yu et al. 2025, equation
/// 10); the dual clip is Ye et al. 2020, equation 5 (TRL's `delta` clamps the ratio itself: the same
/// function).
///
/// @param clipLow how far the ratio counts below 1
/// @param clipHigh how far the ratio counts above 1
/// @param dualClip up to which ratio a token with a negative advantage counts, above 1; 0: without bound
public record ClippedPolicyLoss(double clipLow, double clipHigh, double dualClip) implements PolicyLoss {

    @Override
    public Terms of(PolicyTokens tokens) {
        Terms clipped = clip(tokens.ratio(), tokens.advantages(), clipLow, clipHigh);
        if (dualClip == 0) {
            return clipped;
        }
        NDArray negative = tokens.advantages().lt(0);
        NDArray bound = tokens.advantages().mul(-dualClip);
        NDArray bounded = NDArrays.where(negative, NDArrays.minimum(clipped.perToken(), bound), clipped.perToken());
        NDArray capped = negative.logicalAnd(clipped.perToken().gt(bound)).toType(bound.getDataType(), false);
        return new Terms(bounded, NDArrays.maximum(clipped.held(), capped));
    }

    /// `-min(ratio * A, clip(ratio, 1 - low, 1 + high) * A)`, and where the clip decides: the bound is
    /// crossed on the side to which the advantage pushes.
    static Terms clip(NDArray ratio, NDArray advantages, double low, double high) {
        NDArray free = ratio.mul(advantages);
        NDArray bounded = ratio.clip(1 - low, 1 + high).mul(advantages);
        return new Terms(NDArrays.minimum(free, bounded).neg(), bounded.lt(free).toType(free.getDataType(), false));
    }
}
