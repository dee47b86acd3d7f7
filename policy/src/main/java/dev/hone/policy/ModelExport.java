package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import dev.hone.policy.safetensors.SafetensorsWriter;
import dev.hone.policy.safetensors.StoredTensor;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Writes a model directory as Hugging Face lays it out. */
final class ModelExport {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String COMPANIONS =
            "{tokenizer*,chat_template*,generation_config.json,special_tokens_map.json,added_tokens.json,vocab.*,merges.txt}";

    private ModelExport() {}

    static void write(Path source, Path target, List<Parameter> parameters, StoredType type) throws IOException {
        Files.createDirectories(target);
        if (!Files.exists(target) || !Files.isSameFile(source, target)) {
            try (DirectoryStream<Path> companions = Files.newDirectoryStream(source, COMPANIONS)) {
                for (Path companion : companions) {
                    Files.copy(
                            companion,
                            target.resolve(companion.getFileName().toString()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        ObjectNode config = (ObjectNode) JSON.readTree(Files.readString(source.resolve("config.json")));
        String key = config.has("dtype") ? "dtype" : "torch_dtype";
        config.put(key, type == StoredType.BF16 ? "bfloat16" : "float32");
        Path partial = target.resolve("config.json.part");
        Files.writeString(partial, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
        // The weights come last but one: a directory with a config.json is complete.
        writeWeights(target.resolve("model.safetensors"), parameters, type);
        Files.move(
                partial,
                target.resolve("config.json"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    static void writeWeights(Path file, List<Parameter> parameters, StoredType type) throws IOException {
        List<StoredTensor> tensors =
                parameters.stream().map(parameter -> stored(parameter, type)).toList();
        SafetensorsWriter.write(file, tensors, Map.of());
    }

    private static StoredTensor stored(Parameter parameter, StoredType type) {
        NDArray array = parameter.array();
        return new StoredTensor(parameter.name(), type, array.getShape().getShape(), array::toByteBuffer);
    }
}
