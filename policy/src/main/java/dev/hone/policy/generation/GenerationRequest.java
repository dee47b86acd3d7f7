package dev.hone.policy.generation;

import java.util.Set;

/**
 * A continuation to sample.
 *
 * @param promptIds the whole timeline so far, at least one token
 * @param maxNewTokens at most this many tokens are sampled, at least 1
 * @param temperature divides the logits, at least 0.0001; 0 takes the most likely token (log-probabilities are then those at 1)
 * @param topP keeps the most likely tokens up to this probability mass, in (0, 1]; 1 keeps all, as training needs
 * @param topK keeps this many of the most likely tokens; 0 keeps all
 * @param stopTokenIds sampling one of these ends the continuation; it is the last token of the result
 * @param noiseKey with the absolute position in the timeline it decides each draw, whoever shares the batch
 * @param minVersion wait until weights of at least this version are in use
 * @param maxVersion the newest version that may be used: fails with a {@link VersionGoneException} once the weights are newer
 */
public record GenerationRequest(
        int[] promptIds,
        int maxNewTokens,
        float temperature,
        float topP,
        int topK,
        Set<Integer> stopTokenIds,
        long noiseKey,
        long minVersion,
        long maxVersion) {

    /** For {@link #maxVersion}: whatever version comes. */
    public static final long ANY_VERSION = Long.MAX_VALUE;

    /** Below, dividing logits by it would leave float32's range. */
    private static final float LOWEST_TEMPERATURE = 1e-4f;

    public GenerationRequest {
        if (promptIds.length == 0) {
            throw new IllegalArgumentException("The prompt is empty; give at least one token.");
        }
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("maxNewTokens is %d; it must be at least 1.".formatted(maxNewTokens));
        }
        if (temperature != 0 && !(temperature >= LOWEST_TEMPERATURE && temperature < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature is %s; it must be 0 (greedy), or finite and at least %s."
                    .formatted(temperature, LOWEST_TEMPERATURE));
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP is %s; it must be in (0, 1].".formatted(topP));
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK is %d; it must be 0 (off) or more.".formatted(topK));
        }
        if (maxVersion < minVersion) {
            throw new IllegalArgumentException(
                    "maxVersion is %d, below minVersion %d; name the same version to have exactly that one."
                            .formatted(maxVersion, minVersion));
        }
        stopTokenIds = Set.copyOf(stopTokenIds);
    }

    /** From the full distribution, under whatever weights are in use. */
    public static GenerationRequest of(
            int[] promptIds, int maxNewTokens, float temperature, Set<Integer> stopTokenIds, long noiseKey) {
        return new GenerationRequest(
                promptIds, maxNewTokens, temperature, 1, 0, stopTokenIds, noiseKey, 0, ANY_VERSION);
    }

    boolean filtered() {
        return topP < 1 || topK > 0;
    }
}
