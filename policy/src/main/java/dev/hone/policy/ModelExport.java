package dev.hone.policy;

import dev.hone.policy.safetensors.SafetensorsWriter;
import dev.hone.policy.safetensors.StoredTensor;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes a model directory as Hugging Face lays it out. */
final class ModelExport {
    /** Larger models are written in shards, so that no file is hard to move. */
    static final long SHARD_BYTES = 5L << 30;

    /** Decimals stay as they were written. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    static final String CONFIG = "config.json";
    static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    /** What belongs to a model beside its configuration and its weights. */
    static final String COMPANIONS =
            "{tokenizer*,chat_template*,generation_config.json,special_tokens_map.json,added_tokens.json,vocab.*,merges.txt}";

    static final String WEIGHTS = "model*.safetensors*";

    private final Path source;
    private final Path target;
    private final long shardBytes;

    /**
     * @param source where the model came from: its tokenizer's files lie there
     * @param target the directory to write
     * @param shardBytes weights of more bytes than this are split
     */
    ModelExport(Path source, Path target, long shardBytes) {
        this.source = source;
        this.target = target;
        this.shardBytes = shardBytes;
    }

    /**
     * Writes everything; a directory with a config.json is complete.
     *
     * @param configuration name of the source's configuration
     * @param weights in their order
     */
    void write(String configuration, List<StoredTensor> weights) throws IOException {
        Files.createDirectories(target);
        if (!Files.isSameFile(source, target)) {
            copyCompanions();
        }
        Set<StoredType> types = weights.stream().map(StoredTensor::type).collect(Collectors.toSet());
        byte[] config = configuration(source.resolve(configuration), types);
        Path partial = target.resolve(CONFIG + ".part");
        Files.write(partial, config);
        Set<String> written = writeWeights(weights);
        try (DirectoryStream<Path> present = Files.newDirectoryStream(target, WEIGHTS)) {
            for (Path file : present) {
                if (!written.contains(file.getFileName().toString())) {
                    Files.delete(file);
                }
            }
        }
        Files.move(
                partial, target.resolve(CONFIG), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void copyCompanions() throws IOException {
        try (DirectoryStream<Path> companions = Files.newDirectoryStream(source, COMPANIONS)) {
            for (Path companion : companions) {
                if (Files.isRegularFile(companion)) {
                    Files.copy(
                            companion,
                            target.resolve(companion.getFileName().toString()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** The file as it is, unless it says another type than all weights have. */
    static byte[] configuration(Path file, Set<StoredType> used) throws IOException {
        byte[] content = Files.readAllBytes(file);
        ObjectNode json = (ObjectNode) JSON.readTree(content);
        String key = json.has("dtype") ? "dtype" : "torch_dtype";
        if (used.size() > 1
                || json.path(key).asString("").equals(torchName(used.iterator().next()))) {
            return content;
        }
        json.put(key, torchName(used.iterator().next()));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
    }

    private static String torchName(StoredType type) {
        return switch (type) {
            case BF16 -> "bfloat16";
            case F16 -> "float16";
            case F32 -> "float32";
            case I32, I64 -> throw new IllegalArgumentException("Weights are no integers: " + type);
        };
    }

    /** @return names of the files written */
    private Set<String> writeWeights(List<StoredTensor> weights) throws IOException {
        List<List<StoredTensor>> shards = new ArrayList<>();
        long total = 0;
        long room = 0;
        for (StoredTensor tensor : weights) {
            if (shards.isEmpty() || room < tensor.storedBytes()) {
                shards.add(new ArrayList<>());
                room = shardBytes;
            }
            shards.getLast().add(tensor);
            room -= tensor.storedBytes();
            total += tensor.storedBytes();
        }
        if (shards.size() == 1) {
            SafetensorsWriter.write(target.resolve(SINGLE), shards.getFirst(), Map.of());
            return Set.of(SINGLE);
        }
        Map<String, String> places = new LinkedHashMap<>();
        for (int i = 0; i < shards.size(); i++) {
            String name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
            SafetensorsWriter.write(target.resolve(name), shards.get(i), Map.of());
            shards.get(i).forEach(tensor -> places.put(tensor.name(), name));
        }
        byte[] index = JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsBytes(Map.of("metadata", Map.of("total_size", total), "weight_map", places));
        Files.write(target.resolve(INDEX), index);
        Set<String> written = places.values().stream().collect(Collectors.toSet());
        written.add(INDEX);
        return written;
    }

    /** Writes parameters alone, as float32, to one file. */
    static void writeState(Path file, List<Parameter> parameters, Map<String, String> metadata) throws IOException {
        List<StoredTensor> tensors = parameters.stream()
                .map(parameter -> new StoredTensor(
                        parameter.name(),
                        StoredType.F32,
                        parameter.array().getShape().getShape(),
                        parameter.array()::toByteBuffer))
                .toList();
        SafetensorsWriter.write(file, tensors, metadata);
    }
}
