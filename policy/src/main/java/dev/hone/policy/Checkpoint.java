package dev.hone.policy;

import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.policy.safetensors.SafetensorsFile;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The weights of a model directory: {@code model.safetensors}, or the shards that an index names. */
final class Checkpoint implements AutoCloseable {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final String EMBEDDING = "model.embed_tokens.weight";
    private static final String HEAD = "lm_head.weight";

    /** Older checkpoints store what is computed from config.json. */
    private static final String COMPUTED = "rotary_emb.inv_freq";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String origin;
    private final Set<SafetensorsFile> files = new LinkedHashSet<>();
    private final Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
    private boolean headServes;

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

    /**
     * Fails, by name, on missing, misshapen and unknown tensors. Where embedding and head are one tensor, it may be stored
     * under either name, or twice.
     */
    void requireExactly(List<ParameterSpec> specs, boolean tied) throws IOException {
        if (tied) {
            tie();
        }
        requireExactly(specs, "config.json");
    }

    /** @param asking what says which tensors there must be, for the message */
    void requireExactly(List<ParameterSpec> specs, String asking) {
        Set<String> unknown = new LinkedHashSet<>(tensors.keySet());
        for (ParameterSpec spec : specs) {
            SafetensorsFile file = tensors.get(spec.name());
            if (file == null) {
                throw new InvalidWeightsException("%s lacks tensor %s of shape %s, which %s asks for."
                        .formatted(origin, spec.name(), Arrays.toString(spec.shape()), asking));
            }
            long[] shape = file.shape(stored(spec.name()));
            if (!Arrays.equals(shape, spec.shape())) {
                throw new InvalidWeightsException("%s: tensor %s has shape %s; %s asks for %s."
                        .formatted(origin, spec.name(), Arrays.toString(shape), asking, Arrays.toString(spec.shape())));
            }
            unknown.remove(spec.name());
        }
        unknown.removeIf(name -> name.endsWith(COMPUTED));
        if (!unknown.isEmpty()) {
            throw new InvalidWeightsException(
                    "%s has tensors that the model does not know: %s. Check that %s belongs to these weights."
                            .formatted(origin, String.join(", ", unknown), asking));
        }
    }

    private void tie() throws IOException {
        SafetensorsFile head = tensors.remove(HEAD);
        SafetensorsFile embedding = tensors.get(EMBEDDING);
        if (head != null && embedding == null) {
            tensors.put(EMBEDDING, head);
            headServes = true;
        } else if (head != null && embedding != null && !head.float32(HEAD).equals(embedding.float32(EMBEDDING))) {
            throw new InvalidWeightsException(("%s: %s and %s differ, but config.json ties them; set"
                            + " tie_word_embeddings to false if both are meant.")
                    .formatted(origin, HEAD, EMBEDDING));
        }
    }

    private String stored(String name) {
        return headServes && name.equals(EMBEDDING) ? HEAD : name;
    }

    /** The type in which a tensor is stored. */
    StoredType type(String name) {
        return file(name).type(stored(name));
    }

    /** What the header of the one file says of itself under a key; empty if it says nothing. */
    Optional<String> metadata(String key) {
        return files.stream().findFirst().map(file -> file.metadata().get(key));
    }

    /** The elements, little-endian. */
    ByteBuffer float32(String name) throws IOException {
        return file(name).float32(stored(name));
    }

    private SafetensorsFile file(String name) {
        SafetensorsFile file = tensors.get(name);
        if (file == null) {
            throw new InvalidWeightsException("%s lacks tensor %s.".formatted(origin, name));
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        for (SafetensorsFile file : files) {
            file.close();
        }
    }
}
