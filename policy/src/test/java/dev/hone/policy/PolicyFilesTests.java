package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.policy.safetensors.SafetensorsFile;
import dev.hone.policy.safetensors.SafetensorsWriter;
import dev.hone.policy.safetensors.StoredTensor;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFilesTests {
    private static final String NORM = "model.norm.weight";
    private static final String EMBEDDING = "model.embed_tokens.weight";

    @TempDir
    Path directory;

    @Test
    void saysThatWeightsAreMissing() throws IOException {
        Golden.copy(directory);
        Files.delete(directory.resolve("model.safetensors"));
        assertLoadingFails("has neither model.safetensors nor model.safetensors.index.json");
    }

    @Test
    void saysThatAFileIsTruncated() throws IOException {
        Golden.copy(directory);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }
        assertLoadingFails("is truncated: tensor ");
    }

    @Test
    void namesAMissingTensor() throws IOException {
        rewrite(tensor -> tensor.name().equals(NORM) ? null : tensor);
        assertLoadingFails("lacks tensor model.norm.weight of shape [64]");
    }

    @Test
    void namesAMisshapenTensor() throws IOException {
        rewrite(tensor -> tensor.name().equals(NORM) ? StoredTensor.of(NORM, new long[] {3}, new float[3]) : tensor);
        assertLoadingFails("tensor model.norm.weight has shape [3]; config.json asks for [64]");
    }

    @Test
    void namesAnUnknownTensor() throws IOException {
        rewrite(tensor ->
                tensor.name().equals(NORM) ? StoredTensor.of("surprise", new long[] {1}, new float[1]) : tensor);
        assertLoadingFails("lacks tensor model.norm.weight");
        rewrite(UnaryOperator.identity(), StoredTensor.of("surprise", new long[] {1}, new float[1]));
        assertLoadingFails("has tensors that the model does not know: surprise");
    }

    @Test
    void loadsShards() throws IOException {
        Golden.copy(directory);
        List<StoredTensor> all = read(directory.resolve("model.safetensors"));
        Files.delete(directory.resolve("model.safetensors"));
        SafetensorsWriter.write(directory.resolve("a.safetensors"), all.subList(0, 10), Map.of());
        SafetensorsWriter.write(directory.resolve("b.safetensors"), all.subList(10, all.size()), Map.of());
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"weight_map\": {\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}}");
        try (Policy sharded = Policy.load(directory, PolicyOptions.cpu());
                Policy whole = Golden.policy()) {
            assertThat(sharded.checksum()).isEqualTo(whole.checksum());
        }
        Files.delete(directory.resolve("b.safetensors"));
        assertLoadingFails("names the shard b.safetensors, which is not there");
    }

    @Test
    void anExportedDirectoryLoadsAsTheSameModel() throws IOException {
        Golden.copy(directory);
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        Path exported = directory.resolve("exported");
        try (Policy policy = Policy.load(directory, PolicyOptions.cpu())) {
            policy.export(exported, StoredType.F32);
            try (Policy again = Policy.load(exported, PolicyOptions.cpu())) {
                assertThat(again.checksum()).isEqualTo(policy.checksum());
            }
        }
        assertThat(exported.resolve("tokenizer.json")).exists();
        assertThat(Files.list(exported).map(Path::getFileName).map(Path::toString))
                .containsExactlyInAnyOrder("config.json", "model.safetensors", "tokenizer.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama_llama3_bf16_tiny",
                "llama_linear_fp16_tiny",
                "llama_untied",
                "qwen3_yarn_bf16_tiny",
                "gemma3_linear_tiny",
                "gemma3_yarn_untied_bf16_tiny"
            })
    void writesBackWhatItRead(String model) throws IOException {
        Path source = Golden.directory(model);
        try (Policy policy = Policy.load(source, PolicyOptions.cpu())) {
            policy.export(directory.resolve("whole"));
            policy.export(directory.resolve("shards"), 10_000);
            // From shards to one file: what was there must not be taken for the model.
            policy.export(directory.resolve("again"), 10_000);
            policy.export(directory.resolve("again"));
        }
        for (String name : List.of("whole", "shards", "again")) {
            Path written = directory.resolve(name);
            assertThat(written.resolve("config.json")).hasSameBinaryContentAs(source.resolve("config.json"));
            assertThat(Files.exists(written.resolve("model.safetensors"))).isEqualTo(!name.equals("shards"));
            assertThat(Files.exists(written.resolve("model.safetensors.index.json")))
                    .isEqualTo(name.equals("shards"));
            assertThat(stored(written)).isEqualTo(stored(source));
        }
    }

    /** Type and bits of every tensor of a directory. */
    private static Map<String, String> stored(Path model) throws IOException {
        Map<String, String> tensors = new TreeMap<>();
        try (Stream<Path> files = Files.list(model)) {
            for (Path path : files.filter(file -> file.getFileName().toString().startsWith("model")
                            && file.toString().endsWith(".safetensors"))
                    .toList()) {
                try (SafetensorsFile file = SafetensorsFile.open(path)) {
                    for (String name : file.names()) {
                        tensors.put(name, file.type(name) + " " + Arrays.toString(file.floats(name)));
                    }
                }
            }
        }
        return tensors;
    }

    @Test
    void aTiedModelMayStoreItsEmbeddingAsTheHead() throws IOException {
        rewrite(tensor -> tensor.name().equals(EMBEDDING)
                ? new StoredTensor("lm_head.weight", tensor.type(), tensor.shape(), tensor.content())
                : tensor);
        assertSameAsGolden();
    }

    @Test
    void aTiedModelMayStoreItsEmbeddingTwice() throws IOException {
        float[] values;
        try (Policy policy = Golden.policy()) {
            values = policy.parameters().getFirst().array().toFloatArray();
        }
        StoredTensor frequencies =
                StoredTensor.of("model.layers.0.self_attn.rotary_emb.inv_freq", new long[] {1}, new float[1]);
        rewrite(UnaryOperator.identity(), StoredTensor.of("lm_head.weight", new long[] {512, 64}, values), frequencies);
        assertSameAsGolden();
        values[100] += 1;
        rewrite(UnaryOperator.identity(), StoredTensor.of("lm_head.weight", new long[] {512, 64}, values));
        assertLoadingFails("lm_head.weight and model.embed_tokens.weight differ, but config.json ties them");
    }

    private void assertSameAsGolden() throws IOException {
        try (Policy policy = Policy.load(directory, PolicyOptions.cpu());
                Policy golden = Golden.policy()) {
            assertThat(policy.checksum()).isEqualTo(golden.checksum());
        }
    }

    @Test
    void aBfloat16ExportSaysSoInItsConfig() throws IOException {
        try (Policy policy = Golden.policy()) {
            policy.export(directory, StoredType.BF16);
        }
        assertThat(Files.readString(directory.resolve("config.json")))
                .contains("\"dtype\" : \"bfloat16\"", "\"rms_norm_eps\" : 0.000001");
        try (SafetensorsFile file = SafetensorsFile.open(directory.resolve("model.safetensors"))) {
            assertThat(file.type(NORM)).isEqualTo(StoredType.BF16);
        }
    }

    @Test
    void freshWeightsDependOnTheSeedAlone() throws IOException {
        Files.copy(Golden.directory().resolve("config.json"), directory.resolve("config.json"));
        try (Policy first = Policy.initialise(directory, 7, PolicyOptions.cpu());
                Policy same = Policy.initialise(directory, 7, PolicyOptions.cpu());
                Policy other = Policy.initialise(directory, 8, PolicyOptions.cpu())) {
            assertThat(same.checksum()).isEqualTo(first.checksum());
            assertThat(other.checksum()).isNotEqualTo(first.checksum());
            for (Parameter parameter : first.parameters()) {
                float[] values = parameter.array().toFloatArray();
                if (parameter.name().endsWith("norm.weight")) {
                    assertThat(values).containsOnly(1f);
                } else if (parameter.name().endsWith(".bias")) {
                    assertThat(values).containsOnly(0f);
                }
            }
            // 512 * 64 draws from normal(0, 0.02): the sample deviation is within 5 standard errors of 0.02.
            float[] embedding = first.parameters().getFirst().array().toFloatArray();
            double squares = 0;
            for (float value : embedding) {
                squares += value * value;
            }
            assertThat(Math.sqrt(squares / embedding.length))
                    .isBetween(
                            0.02 * (1 - 5 / Math.sqrt(2.0 * embedding.length)),
                            0.02 * (1 + 5 / Math.sqrt(2.0 * embedding.length)));
        }
    }

    @Test
    void stateReturnsAsItWas() throws IOException {
        Path state = directory.resolve("state.safetensors");
        try (Policy policy = Golden.policy()) {
            Files.copy(Golden.directory().resolve("config.json"), directory.resolve("config.json"));
            policy.exportState(state);
            try (Policy other = Policy.initialise(directory, 1, PolicyOptions.cpu())) {
                other.importState(state);
                assertThat(other.checksum()).isEqualTo(policy.checksum());
            }
        }
    }

    private void assertLoadingFails(String message) {
        assertThatThrownBy(() -> Policy.load(directory, PolicyOptions.cpu()))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining(message);
    }

    private void rewrite(UnaryOperator<StoredTensor> change, StoredTensor... more) throws IOException {
        Golden.copy(directory);
        Path file = directory.resolve("model.safetensors");
        List<StoredTensor> changed = new ArrayList<>();
        for (StoredTensor tensor : read(file)) {
            StoredTensor replacement = change.apply(tensor);
            if (replacement != null) {
                changed.add(replacement);
            }
        }
        changed.addAll(List.of(more));
        SafetensorsWriter.write(file, changed, Map.of());
    }

    private static List<StoredTensor> read(Path file) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        try (SafetensorsFile source = SafetensorsFile.open(file)) {
            for (String name : source.names()) {
                tensors.add(StoredTensor.of(name, source.shape(name), source.floats(name)));
            }
        }
        return tensors;
    }
}
