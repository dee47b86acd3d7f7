package dev.hone.learner.golden;

import dev.hone.policy.safetensors.SafetensorsFile;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `cases.json` and `cases.safetensors` of a directory. Remembers which tensors were asked for.
final class GoldenFiles implements AutoCloseable {
    /// Entries of `cases.json` that describe the files, or that are compared.
    private static final Map<String, Set<String>> ENTRIES = Map.of(
            "",
            Set.of(
                    "name",
                    "arch",
                    "seed",
                    "stored_dtype",
                    "compute_dtype",
                    "generated_with",
                    "forward",
                    "tensors",
                    "greedy",
                    "grad",
                    "adamw"),
            "greedy",
            Set.of("prompt", "continuation", "min_top2_logit_margin"),
            "grad",
            Set.of("loss", "global_norm", "param_grad_l2", "param_grad_sum", "full_gradients"),
            "adamw",
            Set.of(
                    "lr",
                    "beta1",
                    "beta2",
                    "eps",
                    "weight_decay",
                    "max_grad_norm",
                    "n_parameters",
                    "sum_all_before",
                    "steps"),
            "adamw.steps",
            Set.of(
                    "step",
                    "loss",
                    "grad_norm_before_clip",
                    "clip_coef",
                    "sum_all_params",
                    "sum_sq_all_params",
                    "param_sum",
                    "min_abs_clipped_grad_of_full_params"));

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final String ENTRIES_FILE = "cases.json";
    private static final String TENSORS_FILE = "cases.safetensors";

    private final JsonNode json;
    private final SafetensorsFile tensors;
    private final Set<String> asked = new HashSet<>();

    /// @throws IllegalArgumentException if one of the files is not there, or `cases.json` is no JSON object
    /// @throws dev.hone.policy.safetensors.InvalidWeightsException if `cases.safetensors` is truncated or is none
    GoldenFiles(Path directory) throws IOException {
        for (String file : List.of(ENTRIES_FILE, TENSORS_FILE)) {
            if (!Files.isRegularFile(directory.resolve(file))) {
                throw new IllegalArgumentException(
                        directory + " has no " + file + "; name a model directory with golden values.");
            }
        }
        json = object(directory.resolve(ENTRIES_FILE));
        tensors = SafetensorsFile.open(directory.resolve(TENSORS_FILE));
    }

    private static JsonNode object(Path file) throws IOException {
        try {
            JsonNode node = JSON.readTree(Files.readString(file));
            if (node.isObject()) {
                return node;
            }
            throw new IllegalArgumentException(file + " is no JSON object.");
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is no JSON: " + e.getOriginalMessage() + ".", e);
        }
    }

    /// An entry of `cases.json`; a missing node if there is none.
    JsonNode json(String entry) {
        return json.path(entry);
    }

    Set<String> names() {
        return tensors.names();
    }

    boolean has(String name) {
        return tensors.names().contains(name);
    }

    long[] shape(String name) {
        return tensors.shape(name);
    }

    /// @throws IllegalArgumentException if it has another shape
    float[] floats(String name, long... shape) throws IOException {
        requireShape(name, shape);
        if (tensors.type(name) != StoredType.I64 && tensors.type(name) != StoredType.I32) {
            return tensors.floats(name);
        }
        long[] values = tensors.longs(name);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    /// @throws IllegalArgumentException if it has another shape
    long[] longs(String name, long... shape) throws IOException {
        requireShape(name, shape);
        return tensors.longs(name);
    }

    private void requireShape(String name, long[] expected) {
        asked.add(name);
        long[] shape = tensors.shape(name);
        if (!Arrays.equals(shape, expected)) {
            throw new IllegalArgumentException("%s has shape %s; here it should have %s"
                    .formatted(name, Arrays.toString(shape), Arrays.toString(expected)));
        }
    }

    /// Tensors that `cases.json` lists and `cases.safetensors` does not have, or has in another shape.
    List<String> lost() {
        return json.path("tensors").properties().stream()
                .filter(listed -> !has(listed.getKey())
                        || !Arrays.equals(
                                tensors.shape(listed.getKey()),
                                listed.getValue()
                                        .path("shape")
                                        .valueStream()
                                        .mapToLong(JsonNode::asLong)
                                        .toArray()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// Tensors and entries that no comparison knows.
    List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        unknownEntries("", json, unknown);
        tensors.names().stream().filter(name -> !asked.contains(name)).forEach(unknown::add);
        return unknown;
    }

    private static void unknownEntries(String path, JsonNode node, List<String> unknown) {
        if (node.isArray()) {
            node.forEach(element -> unknownEntries(path, element, unknown));
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String inner = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
            if (!ENTRIES.getOrDefault(path, Set.of()).contains(entry.getKey())) {
                unknown.add(inner);
            } else if (ENTRIES.containsKey(inner)) {
                unknownEntries(inner, entry.getValue(), unknown);
            }
        }
    }

    @Override
    public void close() throws IOException {
        tensors.close();
    }
}
