package dev.hone.contracts.learner;

import dev.hone.contracts.Packed;
import java.util.List;
import java.util.Objects;
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
/// @param maxVersion the newest one; when the weights are past it the answer is 410 Gone. Null: any. The same as
/// `minVersion` names
///     one version exactly
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
        @Nullable Integer maxVersion,
        long timeoutMillis,
        @Nullable Long versionTimeoutMillis) {

    public GenerateRequest {
        Objects.requireNonNull(promptIds, "promptIds is missing; give the tokens to go on from");
        Objects.requireNonNull(stopIds, "stopIds is missing; give an empty list for none");
        stopIds = List.copyOf(stopIds);
    }

    /// A request of whatever version comes from `minVersion` on, that waits for it as long as for its answer.
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
        this(
                promptIds,
                maxNewTokens,
                temperature,
                topP,
                topK,
                stopIds,
                noiseKey,
                minVersion,
                null,
                timeoutMillis,
                null);
    }

    /// The same request, with another bound on the wait for its version.
    public GenerateRequest waitingForVersion(long millis) {
        return new GenerateRequest(
                promptIds,
                maxNewTokens,
                temperature,
                topP,
                topK,
                stopIds,
                noiseKey,
                minVersion,
                maxVersion,
                timeoutMillis,
                millis);
    }

    /// The same request, to exactly that version.
    public GenerateRequest ofVersion(int version) {
        return new GenerateRequest(
                promptIds,
                maxNewTokens,
                temperature,
                topP,
                topK,
                stopIds,
                noiseKey,
                version,
                version,
                timeoutMillis,
                versionTimeoutMillis);
    }
}
