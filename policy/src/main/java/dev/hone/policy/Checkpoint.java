package dev.hone.policy;

import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.policy.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The weights of a model directory: {@code model.safetensors}, or the shards that an index names. */
final class Checkpoint implements AutoCloseable {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String TIED_HEAD = "lm_head.weight";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String origin;
    private final Set<SafetensorsFile> files = new LinkedHashSet<>();
    private final Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();

    private Checkpoint(Path origin) {
        this.origin = origin.toString();
    }

    static Checkpoint open(Path directory) throws IOException {
        Path index = directory.resolve(INDEX);
        if (Files.isRegularFile(directory.resolve(SINGLE))) {
            return openFile(directory.resolve(SINGLE));
        }
        if (!Files.isRegularFile(index)) {
            throw new InvalidWeightsException(
                    "%s has neither %s nor %s; put the model's weights there.".formatted(directory, SINGLE, INDEX));
        }
        Set<String> shards = new LinkedHashSet<>();
        JsonNode map = JSON.readTree(Files.readString(index)).path("weight_map");
        map.properties().forEach(entry -> shards.add(entry.getValue().asString("")));
        Checkpoint checkpoint = new Checkpoint(directory);
        try {
            for (String shard : shards) {
                Path file = directory.resolve(shard);
                if (!file.normalize().startsWith(directory.normalize()) || !Files.isRegularFile(file)) {
                    throw new InvalidWeightsException(
                            "%s names the shard %s, which is not there; copy or download it.".formatted(index, shard));
                }
                checkpoint.add(file);
            }
            return checkpoint;
        } catch (IOException | RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    static Checkpoint openFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidWeightsException("%s is not there; give a safetensors file.".formatted(file));
        }
        Checkpoint checkpoint = new Checkpoint(file);
        checkpoint.add(file);
        return checkpoint;
    }

    private void add(Path path) throws IOException {
        SafetensorsFile file = SafetensorsFile.open(path);
        files.add(file);
        for (String name : file.names()) {
            if (tensors.put(name, file) != null) {
                throw new InvalidWeightsException("%s: tensor %s is stored twice.".formatted(origin, name));
            }
        }
    }

    /** Fails, by name, on missing, misshapen and unknown tensors. A copy of a tied head is let pass. */
    void requireExactly(List<ParameterSpec> specs, boolean tied) {
        Set<String> unknown = new LinkedHashSet<>(tensors.keySet());
        for (ParameterSpec spec : specs) {
            SafetensorsFile file = tensors.get(spec.name());
            if (file == null) {
                throw new InvalidWeightsException("%s lacks tensor %s of shape %s, which config.json asks for."
                        .formatted(origin, spec.name(), Arrays.toString(spec.shape())));
            }
            if (!Arrays.equals(file.shape(spec.name()), spec.shape())) {
                throw new InvalidWeightsException("%s: tensor %s has shape %s; config.json asks for %s."
                        .formatted(
                                origin,
                                spec.name(),
                                Arrays.toString(file.shape(spec.name())),
                                Arrays.toString(spec.shape())));
            }
            unknown.remove(spec.name());
        }
        if (tied) {
            unknown.remove(TIED_HEAD);
        }
        if (!unknown.isEmpty()) {
            throw new InvalidWeightsException(
                    "%s has tensors that the model does not know: %s. Check that config.json belongs to these weights."
                            .formatted(origin, String.join(", ", unknown)));
        }
    }

    ByteBuffer float32(String name) throws IOException {
        SafetensorsFile file = tensors.get(name);
        if (file == null) {
            throw new InvalidWeightsException("%s lacks tensor %s.".formatted(origin, name));
        }
        return file.float32(name);
    }

    @Override
    public void close() throws IOException {
        for (SafetensorsFile file : files) {
            file.close();
        }
    }
}
