package dev.hone.learner.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.learner.GoldenModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCheckTests {
    private static final Path MODELS = GoldenModel.directory().getParent();

    @TempDir
    private Path folder;

    static Stream<String> models() throws IOException {
        return Files.list(MODELS)
                .filter(Files::isDirectory)
                .map(model -> model.getFileName().toString())
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("models")
    void agreesWithTransformers(String model) throws IOException {
        assertThat(ModelCheck.check(MODELS.resolve(model)))
                .hasSizeGreaterThan(40)
                .allSatisfy(one -> assertThat(one.passed()).as(one.toString()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama_llama3_bf16_tiny",
                "qwen2_window_yarn_tiny",
                "qwen3_proportional_fp16_tiny",
                "gemma3_linear_tiny"
            })
    void adaptersAgreeWithPeft(String model) throws IOException {
        assertThat(ModelCheck.check(GoldenModel.adapter(model)))
                .hasSizeGreaterThan(30)
                .anySatisfy(one -> assertThat(one.name()).startsWith("adapter: grad.param.base_model."))
                .anySatisfy(one -> assertThat(one.name()).startsWith("adapter: adamw.step2.base_model."))
                .allSatisfy(one -> assertThat(one.passed()).as(one.toString()).isTrue());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gemma3_linear_tiny | \"lora_alpha\": 8 | \"lora_alpha\": 8.1",
                "qwen2_window_yarn_tiny | \"use_rslora\": true | \"use_rslora\": false"
            })
    void seesWrongAdapters(String model, String right, String wrong) throws IOException {
        Path source = GoldenModel.adapter(model);
        for (Path file : Files.list(source).toList()) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
        Path config = folder.resolve("adapter_config.json");
        String text = Files.readString(config);
        assertThat(text).contains(right);
        String base = MODELS.resolve(model).toString();
        Files.writeString(config, text.replace(right, wrong).replace("../../golden/" + model, base));
        assertThat(failures()).contains("adapter: right.logp", "adapter: grad.param_grad_l2 (relative)");
    }

    /// A configuration that says something else than the weights were made for must show, or the check is worth
    /// nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "qwen2_window_yarn_tiny | \"sliding_window\": 5 | \"sliding_window\": 6 | right.logp",
                "qwen2_window_yarn_tiny | \"factor\": 4.0 | \"factor\": 4.5 | right.logp",
                "llama_llama3_bf16_tiny | \"high_freq_factor\": 4.0 | \"high_freq_factor\": 3.0 | right.logp",
                "llama_linear_fp16_tiny | \"gelu\" | \"gelu_new\" | right.logits",
                "qwen3_yarn_bf16_tiny | \"mscale_all_dim\": 0.5 | \"mscale_all_dim\": 0.6 | greedy.0.logp",
                "qwen3_yarn_bf16_tiny | \"pad_token_id\": 7 | \"pad_token_id\": 0 | grad.param_grad_l2 (relative)",
                "qwen3_proportional_fp16_tiny | \"partial_rotary_factor\": 0.5 | \"partial_rotary_factor\": 0.75 | gap.logp",
                "gemma3_linear_tiny | \"final_logit_softcapping\": 4.0 | \"final_logit_softcapping\": 5.0 | left.logp",
                "gemma3_linear_tiny | \"query_pre_attn_scalar\": 20 | \"query_pre_attn_scalar\": 21 | left.logp"
            })
    void seesAWrongConfiguration(String model, String right, String wrong, String failing) throws IOException {
        copy(model);
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).contains(right);
        Files.writeString(config, text.replace(right, wrong));
        assertThat(failures()).contains("config.json: " + failing).noneMatch(name -> name.startsWith("config_legacy"));
    }

    @Test
    void seesWrongValues() throws IOException {
        copy("llama_dynamic_tiny");
        Path json = folder.resolve("cases.json");
        Files.writeString(
                json,
                Files.readString(json)
                        .replace("\"lr\": 0.001", "\"lr\": 0.0011")
                        .replaceFirst("\"continuation\": \\[\\s+\\d+", "\"continuation\": [ 63")
                        .replaceFirst("\"loss\": ", "\"loss\": 1"));
        assertThat(failures())
                .contains("config.json: greedy.0.tokens", "config.json: grad.loss")
                .contains("config.json: adamw.step1.model.norm.weight (stable elements)")
                .doesNotContain("config.json: right.logits", "config.json: greedy.1.tokens");
    }

    @Test
    void reportsWhatIsMissingOrNotKnown() throws IOException {
        copy("llama_dynamic_tiny");
        Path cases = folder.resolve("cases.safetensors");
        String bytes = Files.readString(cases, StandardCharsets.ISO_8859_1);
        Files.writeString(cases, bytes.replace("\"gap.logp\"", "\"gip.logp\""), StandardCharsets.ISO_8859_1);
        Path json = folder.resolve("cases.json");
        Files.writeString(json, Files.readString(json).replace("\"seed\"", "\"beam\""));
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "config.json: gap.logp",
                        "config_legacy.json: gap.logp",
                        "gip.logp",
                        "beam",
                        "gap.input_ids",
                        "gap.attention_mask",
                        "gap.position_ids",
                        "gap.logp_mask",
                        "gap.logits");
    }

    @Test
    void reportsATensorThatIsListedAndMissing() throws IOException {
        copy("qwen2_tied");
        Path cases = folder.resolve("cases.safetensors");
        String bytes = Files.readString(cases, StandardCharsets.ISO_8859_1);
        String step = "adamw.step2.model.norm.weight";
        assertThat(bytes).contains("\"" + step + "\"");
        Files.writeString(
                cases,
                bytes.replace("\"" + step + "\"", "\"adamw.step2.model.norm.weigth\""),
                StandardCharsets.ISO_8859_1);
        assertThat(failures())
                .containsExactlyInAnyOrder(
                        "config.json: " + step, "config_legacy.json: " + step, step, "adamw.step2.model.norm.weigth");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"loss\": | \"curvature\": 0, \"loss\": | grad.curvature",
                "\"step\": 2 | \"step\": 2, \"momentum\": 1 | adamw.steps.momentum",
                "\"global_norm\": | \"global_norm\": 1, \"x\": | config.json: grad.global_norm (relative)",
                "\"sum_sq_all_params\": | \"sum_sq_all_params\": NaN, \"x\": | config.json: adamw.step1.sum_sq_all_params"
            })
    void reportsEveryEntryThatIsNotKnownOrOff(String right, String wrong, String failing) throws IOException {
        copy("llama_dynamic_tiny");
        Path json = folder.resolve("cases.json");
        String text = Files.readString(json);
        assertThat(text).contains(right);
        Files.writeString(json, text.replaceFirst(right, wrong));
        assertThat(failures()).contains(failing);
    }

    @Test
    void reportsMasksAndShapesThatDoNotFit() throws IOException {
        copy("llama_dynamic_tiny");
        Path cases = folder.resolve("cases.safetensors");
        String bytes = Files.readString(cases, StandardCharsets.ISO_8859_1);
        String mask = "\"right.logp_mask\"";
        // Swapped with the attention mask of another batch: the same type and another shape.
        Files.writeString(
                cases,
                bytes.replace(mask, "\"?\"")
                        .replace("\"gap.attention_mask\"", mask)
                        .replace("\"?\"", "\"gap.attention_mask\""),
                StandardCharsets.ISO_8859_1);
        assertThat(ModelCheck.check(folder))
                .filteredOn(one -> one.name().startsWith("config.json: ") && !one.passed())
                .extracting(one -> one.name() + " " + one.problem())
                .containsExactly(
                        "config.json: right right.logp_mask has shape [1, 14]; here it should have [3, 25]",
                        "config.json: gap gap.attention_mask has shape [3, 25]; here it should have [1, 14]");
    }

    @Test
    void refusesADirectoryWithoutCases() throws IOException {
        assertThatThrownBy(() -> ModelCheck.check(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(folder + " has no cases.json; name a model directory with golden values.");
        Files.writeString(folder.resolve("cases.json"), "{\"greedy\": [");
        Files.createFile(folder.resolve("cases.safetensors"));
        assertThatThrownBy(() -> ModelCheck.check(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cases.json is no JSON: ");
    }

    @Test
    void reportsAModelThatIsRefused() throws IOException {
        copy("llama_dynamic_tiny");
        Path config = folder.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"relu\"", "\"xielu\""));
        List<GoldenCase> cases = ModelCheck.check(folder);
        assertThat(cases.getFirst().name()).isEqualTo("config.json: load");
        assertThat(cases.getFirst().passed()).isFalse();
        assertThat(cases.getFirst().problem()).contains("hidden_act = \"xielu\" is not supported");
        assertThat(cases).hasSizeGreaterThan(40); // the other spelling is fine
    }

    private List<String> failures() throws IOException {
        return ModelCheck.check(folder).stream()
                .filter(one -> !one.passed())
                .map(GoldenCase::name)
                .toList();
    }

    private void copy(String model) throws IOException {
        for (Path file : Files.list(MODELS.resolve(model)).toList()) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
    }
}
