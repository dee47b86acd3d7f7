package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;

/// CISPO: clips the weight of a token, not its gradient. For each token:
///
/// ```
/// rho = exp(new - old)
/// l   = -sg(clip(rho, 1 - clipLow, 1 + clipHigh)) * A * new
/// ```
///
/// Every token keeps a gradient, whatever its ratio; `sg` stops the gradient.
///
/// Source: MiniMax 2025, "MiniMax-M1", equations 4 and 5, where only the upper bound is active (clipLow 1).
/// Here and in verl the upper bound is 1 + clipHigh; TRL's `epsilon_high` is the bound itself.
///
/// @param clipLow how far the weight goes below 1; 1: without bound
/// @param clipHigh how far the weight goes above 1
public record CispoLoss(double clipLow, double clipHigh) implements PolicyLoss {

    @Override
    public Terms of(PolicyTokens tokens) {
        NDArray ratio = tokens.ratio().stopGradient();
        NDArray weight = ratio.clip(1 - clipLow, 1 + clipHigh);
        return new Terms(
                weight.mul(tokens.advantages()).mul(tokens.fresh()).neg(),
                weight.neq(ratio).toType(ratio.getDataType(), false));
    }
}
