package dev.hone.policy;

import ai.djl.ndarray.NDArray;

/**
 * Scores of M target tokens inside an open gradient collector; both arrays belong to the manager that was given.
 *
 * @param logProbs [M] float32, differentiable with respect to the policy's parameters
 * @param entropies [M] float32 in nats, without gradient
 * @param computedTokens tokens that went through the model (shared prefixes count once)
 */
public record DifferentiableScores(NDArray logProbs, NDArray entropies, int computedTokens) {}
