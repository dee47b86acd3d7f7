package dev.hone.contracts.learner;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/runs/{run}/versions` of learner-service: the weights that a run has had.
///
/// @param path folder of the model that it began with
/// @param adapter folder of the adapters that it began with; empty: none
/// @param kept versions whose weights can be had, oldest first; 0 is what it began with
/// @param versions oldest first
/// @param next send it as `after` to get more; null: these were the last
public record ModelVersions(
        String path,
        String adapter,
        List<Integer> kept,
        List<Version> versions,
        @Nullable Integer next) {

    public ModelVersions {
        kept = List.copyOf(kept);
        versions = List.copyOf(versions);
    }

    /// @param version training steps done
    /// @param checksum of the float32 weights
    /// @param kept whether its weights can be had
    /// @param updatedAt since when they have generated
    public record Version(int version, String checksum, boolean kept, Instant updatedAt) {}
}
