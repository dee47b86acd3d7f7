package dev.hone.contracts.learner;

import dev.hone.contracts.Packed;
import java.util.List;
import java.util.Objects;
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
        long timeoutMillis) {

    public GenerateRequest {
        Objects.requireNonNull(promptIds, "promptIds is missing; give the tokens to go on from");
        Objects.requireNonNull(stopIds, "stopIds is missing; give an empty list for none");
        stopIds = List.copyOf(stopIds);
    }
}
