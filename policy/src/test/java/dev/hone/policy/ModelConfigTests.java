package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ModelConfigTests {
    private static final String BASE = """
            {"model_type": "%s", "vocab_size": 10, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 3,
             "num_attention_heads": 2, "num_key_value_heads": 1 %s}""";

    @Test
    void readsTheSpellingOfTransformersFour() {
        ModelConfig config =
                parse("qwen2", "\"rope_theta\": 1000000.0, \"use_sliding_window\": false, \"sliding_window\": 4096");
        assertThat(config.attention().rotaries()).containsExactly(new Rotary.Plain(1e6));
        assertThat(config.headSize()).isEqualTo(4);
    }

    @Test
    void readsTheSpellingOfTransformersFive() {
        ModelConfig config = parse(
                "qwen2", "\"rope_parameters\": {\"rope_theta\": 5000.0, \"rope_type\": \"default\"}, \"head_dim\": 6");
        assertThat(config.attention().rotaries()).containsExactly(new Rotary.Plain(5000));
        assertThat(config.headSize()).isEqualTo(6);
    }

    /** Spelled as published checkpoints spell theirs: whatever else these say is harmless. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "qwen2.5-0.5b-instruct",
                "qwen2.5-math-1.5b",
                "qwen3-0.6b",
                "llama-3.2-1b-instruct",
                "smollm2-135m-instruct",
                "tinyllama-1.1b-chat",
                "gemma-3-1b-it",
                "gemma-3-270m-it"
            })
    void readsPublishedConfigurations(String name) throws Exception {
        assertThat(ModelConfig.readFile(published(name)).layers()).isGreaterThan(10);
    }

    @Test
    void gemmasTextModelTiesItsEmbeddingsUnlessToldOtherwise() throws Exception {
        ModelConfig config = ModelConfig.readFile(published("gemma-3-1b-it"));
        assertThat(config.tiedEmbeddings()).isTrue();
        assertThat(config.attention().window()).isEqualTo(512);
        assertThat(config.attention().windowed().indexOf(false)).isEqualTo(5);
        assertThat(config.attention().rotaries()).containsExactly(new Rotary.Plain(1e6), new Rotary.Plain(1e4));
        assertThat(config.attention().scale()).isEqualTo(1 / 16.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"use_sliding_window\": false, \"sliding_window\": 7 | false, false, false",
                "\"use_sliding_window\": true, \"sliding_window\": null | false, false, false",
                "\"use_sliding_window\": true, \"sliding_window\": 7, \"max_window_layers\": 1 | false, true, true",
                "\"use_sliding_window\": true, \"layer_types\": [\"sliding_attention\", \"full_attention\","
                        + " \"sliding_attention\"] | true, false, true",
            })
    void findsTheLayersWithAWindow(String setting, String windowed) {
        assertThat(parse("qwen3", setting).attention().windowed().toString()).isEqualTo("[" + windowed + "]");
    }

    @Test
    void layerTypesGoBeforeAPattern() {
        String types = "\"layer_types\": [\"sliding_attention\", \"sliding_attention\", \"full_attention\"]";
        assertThat(parse("gemma3_text", types + ", \"_sliding_window_pattern\": 6")
                        .attention()
                        .windowed())
                .containsExactly(true, true, false)
                .isEqualTo(parse("gemma3_text", "\"sliding_window_pattern\": 3")
                        .attention()
                        .windowed());
    }

    @Test
    void gemmasScalingIsForLayersThatSeeEverything() {
        List<Rotary> expected = List.of(new Rotary.Linear(1e6, 8), new Rotary.Plain(1e4));
        assertThat(parse("gemma3_text", "\"rope_scaling\": {\"rope_type\": \"linear\", \"factor\": 8.0}")
                        .attention()
                        .rotaries())
                .isEqualTo(expected);
        assertThat(parse("gemma3_text", """
                        "rope_parameters": {
                          "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
                          "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}""").attention().rotaries()).isEqualTo(expected);
    }

    @Test
    void namesTheSupportedArchitectures() {
        assertThatThrownBy(() -> parse("mamba", "\"x\": 1"))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessage("model_type mamba is not supported; supported are: llama, qwen2, qwen3, gemma3_text.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen2 | \"hidden_act\": \"xielu\" | hidden_act = \"xielu\"",
                "qwen2 | \"attention_dropout\": 0.1 | attention_dropout = 0.1",
                "qwen2 | \"attention_bias\": false | attention_bias = false",
                "qwen3 | \"mlp_bias\": true | mlp_bias = true",
                "qwen2 | \"layer_types\": [\"sliding_attention\"] | layer_types",
                "qwen3 | \"layer_types\": [\"full_attention\", \"full_attention\", \"sliding_attention\"] | layer_types",
                "qwen3 | \"layer_types\": [\"full_attention\", \"full_attention\", \"linear_attention\"] | layer_types",
                "llama | \"sliding_window\": 4096 | sliding_window = 4096",
                "llama | \"quantization_config\": {\"bits\": 4} | quantization_config",
                "llama | \"architectures\": [\"LlamaForSequenceClassification\"] | architectures",
                "llama | \"auto_map\": {\"AutoModel\": \"model.Other\"} | auto_map",
                "llama | \"rope_interleaved\": true | rope_interleaved = true",
                "llama | \"residual_multiplier\": 0.22 | residual_multiplier = 0.22",
                "llama | \"rope_scaling\": {\"type\": \"mrope\"} | rope_scaling.type = \"mrope\"",
                "llama | \"rope_parameters\": {\"rope_type\": \"axial\"} | rope_parameters.rope_type = \"axial\"",
                "llama | \"rope_parameters\": {\"rope_type\": \"linear\"} | rope_parameters.factor = (none)",
                "llama | \"rope_parameters\": {\"rope_type\": \"default\", \"factor\": 2.0} | rope_parameters.factor = 2.0",
                "llama | \"rope_parameters\": {\"mrope_section\": [1, 1]} | rope_parameters.mrope_section",
                "llama | \"partial_rotary_factor\": 0.5 | partial_rotary_factor = 0.5",
                "llama | \"head_dim\": 5 | head_dim must be even",
                "llama | \"vocab_size\": 0 | vocab_size = 0",
                "llama | \"num_key_value_heads\": 4 | cannot share",
                "gemma3_text | \"attn_logit_softcapping\": 50.0 | attn_logit_softcapping = 50.0",
                "gemma3_text | \"use_bidirectional_attention\": true | use_bidirectional_attention = true",
                "gemma3_text | \"sliding_window\": null | sliding_window = null",
                "gemma3_text | \"rope_parameters\": {\"rope_type\": \"yarn\"} | rope_parameters.rope_type"
            })
    void refusesByNameWhatIsNotBuilt(String type, String setting, String named) {
        assertThatThrownBy(() -> parse(type, setting))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(named);
    }

    @Test
    void refusesADirectoryWithAnAdapter(@TempDir Path directory) throws Exception {
        Files.copy(published("qwen3-0.6b"), directory.resolve("config.json"));
        assertThat(ModelConfig.read(directory).headSize()).isEqualTo(128);
        Files.writeString(directory.resolve("adapter_config.json"), "{}");
        assertThatThrownBy(() -> ModelConfig.read(directory))
                .hasMessageContaining(
                        "holds an adapter (adapter_config.json), not a model; name its base model in model.path and")
                .hasMessageContaining("in model.adapter");
    }

    @Test
    void saysThatConfigJsonIsMissing(@TempDir Path directory) {
        assertThatThrownBy(() -> ModelConfig.read(directory))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("has no config.json");
    }

    private static Path published(String name) {
        return Path.of("src/test/resources/dev/hone/policy/configs", name + ".json");
    }

    private static ModelConfig parse(String type, String more) {
        return ModelConfig.parse(JsonMapper.builder().build().readTree(BASE.formatted(type, ", " + more)));
    }
}
