package dev.hone.learner.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.model.PolicyLoader;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.ScoredSequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupervisedFineTuningTests {
    private static final Path EXAMPLE = Path.of("../examples/math-agent").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void learnsTheTracesAndGivesTheSameBitsAgain() throws Exception {
        List<String> traces = Files.readAllLines(EXAMPLE.resolve("data/traces.jsonl"));
        Files.write(folder.resolve("traces.jsonl"), traces.subList(0, 16));
        List<Progress> progress = new ArrayList<>();
        SftResult first = SftCommand.run(yaml("a"), progress::add, () -> true).orElseThrow();
        assertThat(first.steps()).isEqualTo(8);
        assertThat(progress).hasSize(8);
        assertThat(progress.getLast().loss())
                .isLessThan(0.9 * progress.getFirst().loss());
        assertThat(SftCommand.run(yaml("b"), step -> {}, () -> true)
                        .orElseThrow()
                        .checksum())
                .isEqualTo(first.checksum());
        try (Policy exported = Policy.load(folder.resolve("a"), PolicyOptions.cpu())) {
            assertThat(exported.checksum()).isEqualTo(first.checksum());
        }
    }

    @Test
    void teachesAdapters() throws Exception {
        Path model = EXAMPLE.resolve("model");
        List<String> traces = Files.readAllLines(EXAMPLE.resolve("data/traces.jsonl"));
        Files.write(folder.resolve("traces.jsonl"), traces.subList(0, 16));
        Path yaml = Files.writeString(folder.resolve("lora.yaml"), """
                hone:
                  model: {path: %s}
                  data: {file_path: %s}
                  trainer: {epochs: 4, batch_size: 8, lr: 1.0e-2, device: cpu, lora: {rank: 4, alpha: 8}}
                  export: {path: %s, dtype: float32, adapter_path: %s}
                """.formatted(
                        model, folder.resolve("traces.jsonl"), folder.resolve("merged"), folder.resolve("adapter")));
        List<Progress> progress = new ArrayList<>();
        SftResult result = SftCommand.run(yaml, progress::add, () -> true).orElseThrow();
        assertThat(progress.getLast().loss())
                .isLessThan(0.9 * progress.getFirst().loss());
        LoraConfig lora = new LoraConfig(4, 8, LoraConfig.MODULES, 0, false);
        List<ScoredSequence> text = List.of(ScoredSequence.of(new int[] {5, 6, 7, 8}, new int[] {1, 2, 3}, 1));
        String adapter = folder.resolve("adapter").toString();
        try (Policy adapted = PolicyLoader.load(model, adapter, lora, 1, PolicyOptions.cpu());
                Policy merged = Policy.load(folder.resolve("merged"), PolicyOptions.cpu())) {
            assertThat(adapted.checksum()).isEqualTo(result.checksum());
            assertThat(merged.score(text).logProbs())
                    .isEqualTo(adapted.score(text).logProbs());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path: m, init: random | rank: 4 | path: out | hone.trainer.lora.rank is 4, but hone.model.init is random",
                "path: m, adapter: a | rank: 0 | path: out | hone.model.adapter is 'a', but hone.trainer.lora.rank is 0",
                "path: m | rank: 0 | path: out, adapter_path: a | hone.export.adapter_path is 'a', but hone.trainer.lora.rank is 0",
                "path: m | rank: 4, dropout: 0.1 | path: out | hone.trainer.lora.dropout is 0.1"
            })
    void refusesAdaptersThatCannotBe(String model, String lora, String export, String message) throws Exception {
        Path file = Files.writeString(folder.resolve("sft.yaml"), """
                hone:
                  model: {%s}
                  data: {file_path: traces.jsonl}
                  trainer: {lora: {%s}}
                  export: {%s}
                """.formatted(model, lora, export));
        assertThatThrownBy(() -> SftCommand.run(file, step -> {}, () -> true))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void stopsBetweenStepsAndWritesNothing() throws Exception {
        List<String> traces = Files.readAllLines(EXAMPLE.resolve("data/traces.jsonl"));
        Files.write(folder.resolve("traces.jsonl"), traces.subList(0, 16));
        List<Progress> progress = new ArrayList<>();
        assertThat(SftCommand.run(yaml("a"), progress::add, () -> progress.size() < 3))
                .isEmpty();
        assertThat(progress).hasSize(3);
        assertThat(folder.resolve("a")).doesNotExist();
    }

    @Test
    void namesTheLineThatCannotBeUsed() throws Exception {
        Files.writeString(folder.resolve("traces.jsonl"), "{\"messages\": [{\"role\": \"user\"}]}\n");
        assertThatThrownBy(() -> SftCommand.run(yaml("a"), step -> {}, () -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("traces.jsonl line 1")
                .hasMessageContaining("a content as text");
    }

    @Test
    void namesTheConversationWhoseTokensTheModelDoesNotKnow() throws Exception {
        Path model = Files.createDirectory(folder.resolve("narrow"));
        try (Stream<Path> files = Files.list(EXAMPLE.resolve("model-init"))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        Path config = model.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceAll("\"vocab_size\": *[0-9]+", "\"vocab_size\": 40"));
        List<String> traces = Files.readAllLines(EXAMPLE.resolve("data/traces.jsonl"));
        Files.write(folder.resolve("traces.jsonl"), traces.subList(0, 2));
        Path yaml = yaml("a");
        Files.writeString(
                yaml,
                Files.readString(yaml).replace(EXAMPLE.resolve("model-init").toString(), model.toString()));
        assertThatThrownBy(() -> SftCommand.run(yaml, step -> {}, () -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Conversation 1 of " + folder.resolve("traces.jsonl") + " holds id ")
                .hasMessageEndingWith("the model's vocabulary has ids 0 to 39. Use the tokenizer of this model.");
    }

    @Test
    void refusesAKeyThatIsNone() throws Exception {
        Path file = Files.writeString(folder.resolve("sft.yaml"), "hone:\n  trainer: {lerning_rate: 1}\n");
        assertThatThrownBy(() -> SftCommand.run(file, step -> {}, () -> true))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("hone.trainer.lerning_rate");
    }

    private Path yaml(String export) throws Exception {
        return Files.writeString(folder.resolve(export + ".yaml"), """
                hone:
                  model: {path: %s, init: random}
                  data: {file_path: %s}
                  trainer: {epochs: 4, batch_size: 8, lr: 3.0e-3, device: cpu}
                  export: {path: %s, dtype: float32}
                """.formatted(
                        EXAMPLE.resolve("model-init"), folder.resolve("traces.jsonl"), folder.resolve(export)));
    }
}
