package dev.hone.gateway.model;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.learner.TrainedBatches;
import dev.hone.gateway.episode.EpisodeRow;
import dev.hone.gateway.episode.EpisodeRows;
import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.run.ModelOrigin;
import dev.hone.gateway.run.RunLookup;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// learner-service's ledger of weights, with what the gateway knows of runs and episodes.
@Component
class Models {

    static final String LEARNER = "learner-service";

    private final RunLookup runs;
    private final EpisodeRows episodes;
    private final ServiceCalls services;

    Models(RunLookup runs, EpisodeRows episodes, ServiceCalls services) {
        this.runs = runs;
        this.episodes = episodes;
        this.services = services;
    }

    ModelViews.Model model(String run, int after, int limit) {
        ModelOrigin origin = runs.model(run);
        ModelVersions versions = versions(run, after, limit);
        return new ModelViews.Model(
                origin,
                versions.kept(),
                versions.versions().stream().map(Models::version).toList(),
                versions.next());
    }

    /// @throws ApiException 404 if the run has no such version
    ModelViews.Lineage lineage(String run, int version, int after, int limit) {
        ModelOrigin origin = runs.model(run);
        if (version < 0) {
            throw noVersion(run, version, origin);
        }
        ModelVersions versions = versions(run, version - 1, 1);
        ModelVersions.Version known = versions.versions().stream()
                .filter(row -> row.version() == version)
                .findFirst()
                .orElse(null);
        if (known == null && version > 0) {
            throw noVersion(run, version, origin);
        }
        TrainedBatches batches = services.get(
                LEARNER,
                address(run, "/" + version + "/batches?after=" + after + "&limit=" + limit),
                TrainedBatches.class);
        return new ModelViews.Lineage(
                run,
                version,
                known == null ? null : known.checksum(),
                versions.kept().contains(version),
                origin.parent(),
                origin.path(),
                runs.config(run),
                batches.batches().stream().map(batch -> batch(run, batch)).toList(),
                batches.next());
    }

    private static ApiException noVersion(String run, int version, ModelOrigin origin) {
        return ApiException.notFound(
                "No such version",
                "Run " + run + " has no version " + version + "; its newest is " + origin.version()
                        + ". GET /api/v1/models/" + run + " lists them.");
    }

    private ModelVersions versions(String run, int after, int limit) {
        return services.get(LEARNER, address(run, "?after=" + after + "&limit=" + limit), ModelVersions.class);
    }

    URI address(String run, String rest) {
        return services.services().learner().resolve("/api/v1/runs/" + run + "/versions" + rest);
    }

    private static ModelViews.Version version(ModelVersions.Version row) {
        return new ModelViews.Version(row.version(), row.checksum(), row.kept(), row.updatedAt());
    }

    private ModelViews.Batch batch(String run, TrainedBatches.Batch batch) {
        Map<String, EpisodeRow> known = episodes.training(run, batch.step()).stream()
                .collect(Collectors.toMap(row -> id(row.group(), row.sample(), row.attempt()), Function.identity()));
        List<ModelViews.Episode> members = batch.episodes().stream()
                .map(member -> {
                    EpisodeKey key = member.episode();
                    return episode(key, member.advantage(), known.get(id(key.group(), key.sample(), key.attempt())));
                })
                .toList();
        return new ModelViews.Batch(
                batch.step(),
                batch.versionBefore(),
                batch.versionAfter(),
                batch.checksumAfter(),
                batch.completedAt(),
                members);
    }

    private static ModelViews.Episode episode(EpisodeKey key, double advantage, @Nullable EpisodeRow row) {
        return new ModelViews.Episode(
                row == null ? null : row.taskId(),
                key.group(),
                key.sample(),
                key.attempt(),
                row == null ? null : row.reward(),
                advantage);
    }

    private static String id(int group, int sample, int attempt) {
        return group + "/" + sample + "/" + attempt;
    }
}
