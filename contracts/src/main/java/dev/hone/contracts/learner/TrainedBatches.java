package dev.hone.contracts.learner;

import dev.hone.contracts.EpisodeKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `GET /api/v1/runs/{run}/versions/{version}/batches` of learner-service: what the weights of a version were trained
/// on, as the ledger has it.
///
/// @param batches in order
/// @param next send it as `after` to get more; null: these were the last
public record TrainedBatches(List<Batch> batches, @Nullable Integer next) {

    public TrainedBatches {
        batches = List.copyOf(batches);
    }

    /// A training step.
    ///
    /// @param versionBefore the weights that it began with
    /// @param versionAfter the weights that came out
    /// @param checksumAfter their checksum
    /// @param completedAt when
    /// @param episodes that the update was made of, in order
    public record Batch(
            int step,
            int versionBefore,
            int versionAfter,
            String checksumAfter,
            Instant completedAt,
            List<Episode> episodes) {

        public Batch {
            episodes = List.copyOf(episodes);
        }
    }

    /// @param episode which, with the attempt that counted
    /// @param advantage that it was trained with
    public record Episode(EpisodeKey episode, double advantage) {}
}
