package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ModelConfigTests {
    private static final String BASE = """
            {"model_type": "%s", "vocab_size": 10, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
             "num_attention_heads": 2, "num_key_value_heads": 1 %s}""";

    @Test
    void readsTheSpellingOfTransformersFour() {
        ModelConfig config =
                parse("qwen2", ", \"rope_theta\": 1000000.0, \"use_sliding_window\": false, \"sliding_window\": 4096");
        assertThat(config.ropeTheta()).isEqualTo(1e6);
        assertThat(config.headSize()).isEqualTo(4);
    }

    @Test
    void readsTheSpellingOfTransformersFive() {
        ModelConfig config = parse(
                "qwen2",
                ", \"rope_parameters\": {\"rope_theta\": 5000.0, \"rope_type\": \"default\"}, \"head_dim\": 6");
        assertThat(config.ropeTheta()).isEqualTo(5000);
        assertThat(config.headSize()).isEqualTo(6);
    }

    @Test
    void namesTheSupportedArchitectures() {
        assertThatThrownBy(() -> parse("mamba", ""))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessage("model_type mamba is not supported; supported are: qwen2.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"use_sliding_window\": true | use_sliding_window = true",
                "\"hidden_act\": \"gelu\" | hidden_act = \"gelu\"",
                "\"attention_dropout\": 0.1 | attention_dropout = 0.1",
                "\"layer_types\": [\"sliding_attention\"] | layer_types",
                "\"quantization_config\": {\"bits\": 4} | quantization_config",
                "\"rope_scaling\": {\"type\": \"yarn\"} | rope_type yarn",
                "\"rope_parameters\": {\"rope_type\": \"llama3\"} | rope_type llama3",
                "\"vocab_size\": 0 | vocab_size = 0"
            })
    void refusesByNameWhatIsNotBuilt(String setting, String named) {
        assertThatThrownBy(() -> parse("qwen2", ", " + setting))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining(named);
    }

    @Test
    void saysThatConfigJsonIsMissing(@TempDir Path directory) {
        assertThatThrownBy(() -> ModelConfig.read(directory))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("has no config.json");
    }

    private static ModelConfig parse(String type, String more) {
        return ModelConfig.parse(JsonMapper.builder().build().readTree(BASE.formatted(type, more)));
    }
}
