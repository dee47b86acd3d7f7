package dev.hone.contracts.learner;

import dev.hone.contracts.Packed;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/// `POST /api/v1/runs/{run}/generate` of learner-service (`application/cbor`): go on from these tokens.
///
/// @param promptIds `int[T]`: everything before the new tokens
/// @param maxNewTokens how many at most
/// @param temperature 0 is greedy
/// @param topP 1 keeps the whole distribution; training needs 1
/// @param topK 0 keeps the whole distribution; training needs 0
/// @param stopIds token ids that end the answer; the one sampled is part of it
/// @param noiseKey the sampling noise is a function of it and of the token's position in `promptIds` + answer
/// @param minVersion the oldest version of the weights that may answer
/// @param timeoutMillis after which the learner gives up
/// @param versionTimeoutMillis after which it gives up waiting for `minVersion`, so that another server can be asked;
///     null: `timeoutMillis`
public record GenerateRequest(
        @JsonSerialize(using = Packed.IntsOut.class) @JsonDeserialize(using = Packed.IntsIn.class)
        int[] promptIds,

        int maxNewTokens,
        double temperature,
        double topP,
        int topK,
        List<Integer> stopIds,
        long noiseKey,
        int minVersion,
        long timeoutMillis,
        @Nullable Long versionTimeoutMillis) {

    public GenerateRequest {
        stopIds = List.copyOf(stopIds);
    }

    /// A request that waits for its version as long as for its answer.
    public GenerateRequest(
            int[] promptIds,
            int maxNewTokens,
            double temperature,
            double topP,
            int topK,
            List<Integer> stopIds,
            long noiseKey,
            int minVersion,
            long timeoutMillis) {
        this(promptIds, maxNewTokens, temperature, topP, topK, stopIds, noiseKey, minVersion, timeoutMillis, null);
    }

    /// The same request, with another bound on the wait for its version.
    public GenerateRequest waitingForVersion(long millis) {
        return new GenerateRequest(
                promptIds, maxNewTokens, temperature, topP, topK, stopIds, noiseKey, minVersion, timeoutMillis, millis);
    }
}
