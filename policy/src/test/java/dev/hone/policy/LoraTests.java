package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.policy.safetensors.SafetensorsFile;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That gradients and steps are PEFT's is tested beside the optimizer. */
class LoraTests {
    private static final String GEMMA = "gemma3_linear_tiny";
    private static final LoraConfig LORA = new LoraConfig(4, 8, LoraConfig.MODULES, 0, false);

    @TempDir
    private Path folder;

    @Test
    void freshAdaptersAreDrawnFromTheSeedAndChangeNothing() throws IOException {
        try (Policy base = Golden.policy();
                Policy adapted = fresh(7);
                Policy same = fresh(7);
                Policy other = fresh(8)) {
            assertThat(logits(adapted)).isEqualTo(logits(base));
            assertThat(same.checksum()).isEqualTo(adapted.checksum());
            assertThat(other.checksum()).isNotEqualTo(adapted.checksum());
            // 4 layers of 7 modules with A and B
            assertThat(adapted.parameters()).hasSize(2 * 7 * base.config().layers());
            for (Parameter parameter : adapted.parameters()) {
                float[] values = parameter.array().toFloatArray();
                if (parameter.name().endsWith(".lora_B.weight")) {
                    assertThat(values).containsOnly(0f);
                    continue;
                }
                double bound = 1 / Math.sqrt(parameter.array().getShape().get(1));
                double squares = 0;
                for (float value : values) {
                    assertThat(Math.abs(value)).isLessThanOrEqualTo((float) bound);
                    squares += value * value;
                }
                // a uniform draw has the variance bound² / 3; its square's deviation is bound² * sqrt(4 / 45)
                assertThat(squares / values.length)
                        .isBetween(
                                bound * bound * (1 / 3.0 - 5 * Math.sqrt(4 / 45.0 / values.length)),
                                bound * bound * (1 / 3.0 + 5 * Math.sqrt(4 / 45.0 / values.length)));
            }
        }
    }

    @Test
    void onlyTheNamedModulesHaveAdapters() throws IOException {
        LoraConfig some = new LoraConfig(2, 8, List.of("q_proj", "down_proj"), 0, false);
        try (Policy policy = Policy.load(Golden.directory(), PolicyOptions.cpu(), some, 1)) {
            assertThat(policy.parameters().subList(0, 4))
                    .extracting(Parameter::name)
                    .containsExactly(
                            "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
                            "base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight",
                            "base_model.model.model.layers.0.mlp.down_proj.lora_A.weight",
                            "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight");
            assertThat(policy.parameters()).hasSize(4 * policy.config().layers());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama_llama3_bf16_tiny",
                "qwen2_window_yarn_tiny",
                "qwen3_proportional_fp16_tiny",
                "gemma3_linear_tiny"
            })
    void whatIsExportedIsWhatGeneratesAndWhatIsTrained(String model) throws IOException {
        try (Policy adapted = golden(model);
                Policy base = Golden.policy(model)) {
            adapted.export(folder.resolve("model"), StoredType.F32);
            try (Policy merged = Policy.load(folder.resolve("model"), PolicyOptions.cpu());
                    WeightSet published = adapted.publish(1);
                    WeightSet expected = merged.publish(1)) {
                assertThat(logits(merged)).isEqualTo(logits(adapted)).isNotEqualTo(logits(base));
                for (int i = 0; i < expected.packed().size(); i++) {
                    assertThat(values(published, i)).isEqualTo(values(expected, i));
                }
            }
        }
    }

    private static float[] values(WeightSet weights, int index) {
        NDArray array = weights.packed().get(index).array();
        return array.toFloatArray();
    }

    @Test
    void anExportedAdapterIsLoadedAgain() throws IOException {
        Path written = folder.resolve("adapter");
        try (Policy policy = golden(GEMMA)) {
            policy.exportAdapter(written);
            assertThat(written).isDirectoryContaining("glob:**adapter_config.json");
            AdapterDirectory.requireFits(written, LORA);
            LoraConfig lora = AdapterDirectory.read(written);
            try (Policy again = Policy.load(AdapterDirectory.base(written), PolicyOptions.cpu(), lora, written)) {
                assertThat(again.checksum()).isEqualTo(policy.checksum());
                assertThat(logits(again)).isEqualTo(logits(policy));
            }
        }
        try (Policy full = Golden.policy()) {
            assertThatThrownBy(() -> full.exportAdapter(written))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has no adapters");
        }
    }

    @Test
    void stateIsTheAdaptersAloneAndBelongsToItsBase() throws IOException {
        Path state = folder.resolve("state.safetensors");
        Path changed = Files.createDirectory(folder.resolve("changed"));
        try (Policy policy = fresh(1);
                Policy other = fresh(2);
                Policy base = Golden.policy()) {
            policy.exportState(state);
            try (SafetensorsFile file = SafetensorsFile.open(state)) {
                assertThat(file.names()).hasSize(policy.parameters().size());
                assertThat(file.metadata()).containsEntry("base_checksum", base.checksum());
            }
            other.importState(state);
            assertThat(other.checksum()).isEqualTo(policy.checksum());
            assertThatThrownBy(() -> base.importState(state)).isInstanceOf(InvalidWeightsException.class);
            base.parameters().getFirst().array().muli(1.5f);
            base.export(changed, StoredType.F32);
        }
        try (Policy policy = Policy.load(changed, PolicyOptions.cpu(), LORA, 1)) {
            String before = policy.checksum();
            assertThatThrownBy(() -> policy.importState(state))
                    .isInstanceOf(InvalidWeightsException.class)
                    .hasMessageContaining("the base model has changed. Put back the one");
            assertThat(policy.checksum()).isEqualTo(before);
        }
    }

    @Test
    void aFrozenPolicyStaysWhenTheAdaptersMove() throws IOException {
        try (Policy policy = golden(GEMMA);
                Policy frozen = policy.frozen()) {
            float[] before = logits(policy);
            policy.parameters().forEach(parameter -> parameter.array().muli(1.5f));
            assertThat(logits(frozen)).isEqualTo(before);
            assertThat(logits(policy)).isNotEqualTo(before);
        }
        try (Policy full = Golden.policy()) {
            assertThatThrownBy(full::frozen).hasMessageContaining("load it a second time");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"r\": 4 | \"r\": 8 | have rank 8, but lora.rank is 4; set it to theirs",
                "\"lora_alpha\": 8 | \"lora_alpha\": 6 | have alpha 6.0, but lora.alpha is 8.0; set it to theirs",
                "\"use_rslora\": false | \"use_rslora\": true | have rslora true, but lora.rslora is false",
                "\"q_proj\", | | have target_modules [down_proj, gate_proj, k_proj, o_proj, up_proj, v_proj], but",
                "\"q_proj\" | \"lm_head\" | target_modules = [",
                "\"use_dora\": false | \"use_dora\": true | use_dora = true is not supported",
                "\"modules_to_save\": null | \"modules_to_save\": [\"lm_head\"] | modules_to_save = [\"lm_head\"] is not supported",
                "\"rank_pattern\": {} | \"rank_pattern\": {\"q_proj\": 8} | rank_pattern = {\"q_proj\":8} is not supported",
                "\"init_lora_weights\": true | \"init_lora_weights\": \"pissa\" | init_lora_weights = \"pissa\" is not supported",
                "\"bias\": \"none\" | \"bias\": \"all\" | bias = \"all\" is not supported; supported is none",
                "\"LORA\" | \"LOHA\" | peft_type = \"LOHA\" is not supported; supported is LORA",
                "\"r\": 4 | \"r\": | is not JSON",
            })
    void refusesByNameWhatItCannotTrainOn(String right, String wrong, String message) throws IOException {
        Path source = directory(GEMMA);
        for (Path file : Files.list(source).toList()) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
        Path config = folder.resolve("adapter_config.json");
        String text = Files.readString(config).replaceAll("\\s+", " ");
        assertThat(text).contains(right);
        AdapterDirectory.requireFits(folder, LORA);
        Files.writeString(config, text.replace(right, wrong == null ? "" : wrong));
        assertThatThrownBy(() -> AdapterDirectory.requireFits(folder, LORA))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAdaptersOfAnotherModel() throws IOException {
        assertThatThrownBy(() -> Policy.load(Golden.directory(), PolicyOptions.cpu(), LORA, directory(GEMMA)))
                .isInstanceOf(InvalidWeightsException.class)
                .hasMessageContaining(
                        "adapter_model.safetensors: tensor base_model.model.model.layers.0.self_attn.q_proj")
                .hasMessageContaining("lora of rank 4 asks for");
        assertThatThrownBy(() -> Policy.load(Golden.directory(), PolicyOptions.cpu(), LORA, folder))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("lacks adapter_config.json");
    }

    private static Policy fresh(long seed) throws IOException {
        return Policy.load(Golden.directory(), PolicyOptions.cpu(), LORA, seed);
    }

    private static Policy golden(String model) throws IOException {
        Path adapter = directory(model);
        return Policy.load(
                AdapterDirectory.base(adapter), PolicyOptions.cpu(), AdapterDirectory.read(adapter), adapter);
    }

    private static Path directory(String model) {
        return Golden.directory(model)
                .resolve("../../golden-lora")
                .resolve(model)
                .normalize();
    }

    private static float[] logits(Policy policy) {
        int[] tokens = IntStream.range(3, 20).toArray();
        return policy.logits(tokens, IntStream.range(0, tokens.length).toArray());
    }
}
