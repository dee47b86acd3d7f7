package dev.hone.policy.generation;

import java.util.List;

/**
 * A sampled continuation.
 *
 * @param tokenIds the sampled tokens, the stop token included
 * @param logProbs log-probability of each under log_softmax(logits / temperature), over the full vocabulary
 * @param finishReason why it ended
 * @param versions weights that sampled each range of tokens, in order, without gaps
 */
public record Generated(int[] tokenIds, float[] logProbs, FinishReason finishReason, List<VersionSpan> versions) {

    public Generated {
        versions = List.copyOf(versions);
    }

    /** How a continuation ended. */
    public enum FinishReason {
        /** A stop token was sampled. */
        STOP,
        /** The budget of new tokens, or the model's length, was used up. */
        LENGTH
    }

    /** Tokens from {@code start} (inclusive) to {@code end} (exclusive) were sampled under {@code version}. */
    public record VersionSpan(int start, int end, long version) {}
}
