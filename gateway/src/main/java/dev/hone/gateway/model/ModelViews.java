package dev.hone.gateway.model;

import dev.hone.contracts.run.RunConfig;
import dev.hone.gateway.run.ModelOrigin;
import dev.hone.gateway.run.Parent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the API shows of models.
final class ModelViews {

    private ModelViews() {}

    /// Models by run, newest first.
    ///
    /// @param next send it as `after` to get the next page; null: this was the last
    record ModelList(List<ModelOrigin> models, @Nullable String next) {}

    /// A run's weights.
    ///
    /// @param kept versions whose weights can be had; 0 is what it began with
    /// @param versions oldest first
    /// @param next send it as `after` to get more versions; null: these were the last
    record Model(
            ModelOrigin model,
            List<Integer> kept,
            List<Version> versions,
            @Nullable Integer next) {}

    /// Weights.
    ///
    /// @param version training steps done
    /// @param checksum of the float32 weights
    /// @param kept whether they can be downloaded, and a run be forked from here
    record Version(int version, String checksum, boolean kept, Instant updatedAt) {}

    /// Where weights come from, back to every row that they were trained on.
    ///
    /// @param parent the version of another run that this run began with: its lineage goes on there; null: a folder
    /// @param path folder of the model that the run began with
    /// @param config the run's, which names the dataset
    /// @param batches training steps up to this version, in order
    /// @param next send it as `after` to get more batches; null: these were the last
    record Lineage(
            String run,
            int version,
            @Nullable String checksum,
            boolean kept,
            @Nullable Parent parent,
            String path,
            RunConfig config,
            List<Batch> batches,
            @Nullable Integer next) {}

    /// A training step.
    ///
    /// @param episodes that the update was made of, in order
    record Batch(
            int step,
            int versionBefore,
            int versionAfter,
            String checksumAfter,
            Instant completedAt,
            List<Episode> episodes) {}

    /// An episode that was trained on.
    ///
    /// @param task the dataset's row: `train-17` is the eighteenth training task; null: the gateway was not told
    /// @param advantage that it was trained with
    record Episode(
            @Nullable String task,
            int group,
            int sample,
            int attempt,
            @Nullable Double reward,
            double advantage) {}
}
