package dev.hone.policy;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A sequence and those of its tokens whose log-probabilities are wanted.
 *
 * @param tokenIds all tokens, at least one
 * @param positions position of each token; usually 0, 1, 2, …
 * @param targets ascending indices, from 1 on, of the tokens to score; each is scored given all tokens before it
 * @param temperatures one per target, above 0: logits are divided by it
 */
public record ScoredSequence(int[] tokenIds, int[] positions, int[] targets, float[] temperatures) {

    public ScoredSequence {
        if (positions.length != tokenIds.length || temperatures.length != targets.length) {
            throw new IllegalArgumentException(
                    "%d tokens with %d positions, %d targets with %d temperatures: counts must match."
                            .formatted(tokenIds.length, positions.length, targets.length, temperatures.length));
        }
        int previous = 0;
        for (int target : targets) {
            if (target <= previous || target >= tokenIds.length) {
                throw new IllegalArgumentException(
                        "Target %d of a sequence of %d tokens: targets ascend from 1 to the last token."
                                .formatted(target, tokenIds.length));
            }
            previous = target;
        }
        for (float temperature : temperatures) {
            if (!(temperature > 0)) {
                throw new IllegalArgumentException(
                        "Temperature %s cannot be scored; greedy tokens are scored at 1.".formatted(temperature));
            }
        }
    }

    /** Positions from 0, one temperature for all targets. */
    public static ScoredSequence of(int[] tokenIds, int[] targets, float temperature) {
        float[] temperatures = new float[targets.length];
        Arrays.fill(temperatures, temperature);
        return of(tokenIds, targets, temperatures);
    }

    /** Positions from 0. */
    public static ScoredSequence of(int[] tokenIds, int[] targets, float[] temperatures) {
        return new ScoredSequence(tokenIds, IntStream.range(0, tokenIds.length).toArray(), targets, temperatures);
    }

    /** The largest position + 1. */
    int timelineLength() {
        return Arrays.stream(positions).max().orElse(-1) + 1;
    }

    /** Tokens that have to be computed: those before the last target. */
    int computedTokens() {
        return targets.length == 0 ? 0 : targets[targets.length - 1];
    }
}
