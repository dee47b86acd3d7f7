package dev.hone.gateway.run;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A run that begins with the weights of another.
///
/// @param step training steps that the other had done; null: as many as its newest kept checkpoint
/// @param run the new run's name; null: the other's, `-fork-` and a number
/// @param set settings that differ, by key of the run's file
record ForkRequest(
        @Schema(minimum = "0", description = "training steps that the other had done; null: its newest kept checkpoint")
        @Nullable
        Integer step,

        @Schema(description = "the new run's name; null: the other's, -fork- and a number") @Nullable
        String run,

        @Schema(
                types = "object",
                description = "settings that differ, by key of the run's file",
                example = "{\"trainer_common.optim.lr\": 1e-6}")
        @Nullable
        Map<String, JsonNode> set) {

    static final ForkRequest PLAIN = new ForkRequest(null, null, null);

    Map<String, JsonNode> changes() {
        return set == null ? Map.of() : set;
    }
}
