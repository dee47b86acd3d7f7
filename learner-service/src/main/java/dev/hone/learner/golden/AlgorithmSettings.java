package dev.hone.learner.golden;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.learner.algorithm.Algorithm;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Brings a case's parameters into the spelling of a run's file, so that a case goes the way of a run.
final class AlgorithmSettings {
    private static final Set<String> KNOWN = Set.of(
            "clip",
            "clip_low",
            "clip_high",
            "dual_clip_c",
            "beta",
            "L_const",
            "max_ratio",
            "tis_cap",
            "aggregation",
            "advantages");

    private AlgorithmSettings() {}

    /// A parameter that is none of those known; empty if all are.
    static Optional<String> unknown(JsonNode params) {
        return params.propertyNames().stream()
                .filter(name -> !KNOWN.contains(name))
                .findFirst();
    }

    /// The algorithm of the keys (as in `trainer_common.algorithm`), with a case's parameters over them.
    static Algorithm algorithm(Map<String, String> keys, JsonNode params) {
        ObjectNode section = JsonMapper.shared().createObjectNode();
        keys.forEach(section::put);
        set(section, params, "clip", "clip_ratio_low", "clip_ratio_high");
        set(section, params, "clip_low", "clip_ratio_low");
        set(section, params, "clip_high", "clip_ratio_high");
        set(section, params, "dual_clip_c", "clip_ratio_c");
        set(section, params, "beta", "kl_loss_coef");
        set(section, params, "L_const", "loss_scale_factor");
        set(section, params, "tis_cap", "rollout_is_threshold");
        if (params.has("max_ratio")) {
            section.put("clip_ratio_low", 1.0);
            section.put("clip_ratio_high", params.path("max_ratio").asDouble() - 1);
        }
        if (params.has("aggregation")) {
            String mode = params.path("aggregation").asString();
            section.put("loss_agg_mode", mode.equals("sequence mean") ? "seq-mean-token-mean" : mode);
        }
        return Algorithm.of(config(section));
    }

    private static void set(ObjectNode section, JsonNode params, String parameter, String... keys) {
        if (params.has(parameter)) {
            for (String key : keys) {
                section.set(key, params.path(parameter));
            }
        }
    }

    private static RunConfig config(ObjectNode section) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putObject("hone").putObject("trainer_common").set("algorithm", section);
        return RunConfigReader.read(root.toString()).config();
    }
}
