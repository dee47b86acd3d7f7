package dev.hone.policy;

/**
 * Scores of the target tokens of several sequences, in the order given.
 *
 * @param logProbs log-probability of each target under its tempered distribution
 * @param entropies entropy of that distribution in nats
 * @param computedTokens tokens that went through the model (shared prefixes count once)
 */
public record TokenScores(float[] logProbs, float[] entropies, int computedTokens) {}
