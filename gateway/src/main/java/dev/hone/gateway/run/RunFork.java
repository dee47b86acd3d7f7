package dev.hone.gateway.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.ModelLocation;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.RunSettings;
import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.problem.ApiException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import tools.jackson.databind.JsonNode;

/// Begins a run with the weights that another had after a step, under its configuration with changes. Its steps count
/// from 1 anew, its optimizer begins anew.
@Service
class RunFork {

    private static final String LEARNER = "learner-service";
    private static final Set<String> ITS_OWN = Set.of("model", "model.path", "model.adapter", "experiment_name");

    private final Runs runs;
    private final RunLookup lookup;
    private final RunSubmission submission;
    private final ServiceCalls services;

    RunFork(Runs runs, RunLookup lookup, RunSubmission submission, ServiceCalls services) {
        this.runs = runs;
        this.lookup = lookup;
        this.submission = submission;
        this.services = services;
    }

    /// @throws ApiException 404 if there is no such run; 409 if the step's weights are not kept, naming those that are,
    /// or the new name is taken; 422 if the changed configuration cannot run
    Run fork(String parent, ForkRequest request) {
        Run from = lookup.get(parent);
        request.changes().keySet().forEach(RunFork::requireChangeable);
        ModelLocation weights = weights(parent, request.step());
        Map<String, JsonNode> set = new TreeMap<>(request.changes());
        set.putIfAbsent("trainer_common.output_dir", text("")); // Results of two runs do not share a folder.
        set.put("experiment_name", text(request.run() == null ? free(parent) : request.run()));
        set.put("model.path", text(weights.path()));
        set.put("model.adapter", text(weights.adapter()));
        try {
            return submission.submit(RunSettings.changed(from.config(), set), new Parent(parent, weights.version()));
        } catch (InvalidConfigException e) {
            throw ApiException.invalid(e);
        }
    }

    private static void requireChangeable(String key) {
        String bare = key.startsWith("hone.") ? key.substring("hone.".length()) : key;
        if (ITS_OWN.contains(bare)) {
            throw ApiException.invalid(new InvalidConfigException(
                    "hone." + bare,
                    bare.startsWith("model")
                            ? "cannot be set: a fork begins with its parent's weights. Submit a run of its own instead."
                            : "is given as `run` beside `set`."));
        }
    }

    private ModelLocation weights(String parent, @Nullable Integer step) {
        URI versions = services.services().learner().resolve("/api/v1/runs/" + parent + "/versions");
        int version;
        if (step != null) {
            version = step;
        } else {
            List<Integer> kept =
                    services.get(LEARNER, versions, ModelVersions.class).kept();
            if (kept.isEmpty()) {
                throw ApiException.conflict(
                        "Nothing to begin with",
                        "Run " + parent + " keeps no weights, and the model that it began with is gone.");
            }
            version = kept.getLast();
        }
        return services.post(LEARNER, URI.create(versions + "/" + version + "/directory"), ModelLocation.class);
    }

    private String free(String parent) {
        int number = 1;
        while (runs.existsById(new RunId(parent + "-fork-" + number).value())) {
            number++;
        }
        return parent + "-fork-" + number;
    }

    private static JsonNode text(String value) {
        return EventCodec.json().valueToTree(value);
    }
}
