package dev.hone.learner.golden;

import dev.hone.policy.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `cases.json` and `cases.safetensors` of a directory. Remembers which tensors were asked for.
final class GoldenFiles implements AutoCloseable {
    /// Entries of `cases.json` that describe the files, or that are compared.
    private static final Set<String> ENTRIES = Set.of(
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
            "adamw");

    private final JsonNode json;
    private final SafetensorsFile tensors;
    private final Set<String> asked = new HashSet<>();

    GoldenFiles(Path directory) throws IOException {
        json = JsonMapper.shared().readTree(Files.readString(directory.resolve("cases.json")));
        tensors = SafetensorsFile.open(directory.resolve("cases.safetensors"));
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

    float[] floats(String name) throws IOException {
        asked.add(name);
        return tensors.floats(name);
    }

    long[] longs(String name) throws IOException {
        asked.add(name);
        return tensors.longs(name);
    }

    /// Tensors and entries that no comparison knows.
    List<String> unknown() {
        List<String> unknown = new ArrayList<>();
        json.propertyNames().stream().filter(name -> !ENTRIES.contains(name)).forEach(unknown::add);
        tensors.names().stream().filter(name -> !asked.contains(name)).forEach(unknown::add);
        return unknown;
    }

    @Override
    public void close() throws IOException {
        tensors.close();
    }
}
