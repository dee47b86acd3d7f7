package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What cannot be done as asked: one message that says so, exit code 2, and nothing written.
class BadInputIntegrationTests {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            serve-all                     | Did you mean serve
            train --config run.yaml       | Did you mean --conf
            train --conf                  | --conf
            train                         | --conf FILE
            train --conf absent.yaml      | absent.yaml: there is no such file
            eval                          | Missing required option: '--conf=FILE'
            eval --conf absent.yaml       | absent.yaml: there is no such file
            sft --conf absent.yaml        | absent.yaml
            sft                           | Missing required option: '--conf=FILE'
            serve judge                   | judge-service
            serve al                      | gateway, all, policy-server]
            train --backbone debug --tasks 0 --conf pom.xml | --tasks is 0
            serve gateway --port many     | many
            serve policy-server           | needs --learner URL
            serve gateway --learner x     | belong to policy-server
            train --resume                | no stopped run
            train --resume --set lr=1     | --set changes a run's file
            train --print-config --set l  | --set l is no setting; write KEY=VALUE
            train --print-config --set learner.lrr=1 | Did you mean 'trainer_common.optim.lr'
            serve all --port 99999        | from 1 to 65535
            doctor --port 0               | from 1 to 65535
            download-dataset --path /tmp  | --target
            infer nowhere --max-tokens 0  | --max-tokens is 0
            compare one                   | RUN
            runs --limit -1               | --limit is -1
            completion fish               | [bash, zsh]
            """)
    void aCommandLineThatMakesNoSenseIsRefused(String words, String expected) {
        TestingTerminal terminal =
                TestingTerminal.run(BadInputIntegrationTests::nothingStarts, withData(words.split(" ")));
        assertRefused(terminal, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hone: {rollout: {num_repeet: 4}}  | Did you mean 'num_repeat'
            hone: {seed: many}                | hone.seed
            'hone: {rollout: {num_repeat: 4}' | no readable YAML
            ''                                | must begin with 'hone:'
            """)
    void aFileThatIsNoConfigurationIsRefusedBeforeAnythingStarts(String yaml, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
        TestingTerminal terminal = TestingTerminal.run(
                BadInputIntegrationTests::nothingStarts, withData("train", "--conf", file.toString()));
        assertRefused(terminal, expected);
    }

    @Test
    void theWholeConfigurationIsShownWithWhatTheCommandLineSets() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("shown", 1));
        TestingTerminal shown = TestingTerminal.run(
                BadInputIntegrationTests::nothingStarts,
                withData("train", "--conf", file.toString(), "--set", "learner.lr=2e-6", "--print-config"));
        assertThat(shown.code()).isZero();
        assertThat(shown.out()).contains("      lr: 2.0E-6", "    num_repeat: 4", "    max_iters: 2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --pass-k 4 --samples 2  | val_pass_k is 4; it must be between 0 and 2
            --pass-k 0 --samples -1 | val_pass_n is -1
            --limit -1              | max_validation_tasks is -1
            --split test            | --split
            """)
    void anEvaluationThatMakesNoSenseIsRefusedBeforeAnythingStarts(String words, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("odd", 1));
        assertRefused(
                TestingTerminal.run(
                        BadInputIntegrationTests::nothingStarts,
                        Stream.concat(Stream.of("eval", "--conf", file.toString()), Stream.of(words.split(" ")))
                                .toArray(String[]::new)),
                expected);
    }

    @Test
    void anOccupiedDataDirectoryIsRefusedAndItsOwnerNamed() throws IOException {
        TestingPlatform.gateway();
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("late", 1));
        TestingTerminal terminal = TestingTerminal.run(
                Platforms::started,
                "train",
                "--conf",
                file.toString(),
                "--data-dir",
                TestingPlatform.folder().toString());
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err())
                .singleElement()
                .asString()
                .contains("in use by process " + ProcessHandle.current().pid(), "./hone kill", "--data-dir");
    }

    @Test
    void aDataDirectoryThatCannotBeMadeIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("nowhere", 1));
        TestingTerminal terminal = TestingTerminal.run(
                BadInputIntegrationTests::nothingStarts,
                "train",
                "--conf",
                file.toString(),
                "--data-dir",
                file + "/data");
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err()).singleElement().asString().contains(file + "/data cannot be made", "--data-dir");
    }

    @Test
    void aMissingDatasetIsRefused() throws IOException {
        assertServicesRefuse(bad().replace(TestingExample.VALIDATION.toString(), "absent.jsonl"), "absent.jsonl");
    }

    @Test
    void aTaskWithoutAnAnswerIsRefusedWithItsLine() throws IOException {
        Path rows = Files.writeString(
                folder.resolve("no-answer.jsonl"),
                "{\"question\": \"1+1?\", \"answer\": \"#### 2\"}\n{\"question\": \"2+2?\"}\n");
        assertServicesRefuse(bad().replace(TestingExample.TRAINING.toString(), rows.toString()), "answer");
    }

    @Test
    void aModelWithoutWeightsIsRefused() throws IOException {
        assertServicesRefuse(bad().replace(TestingExample.MODEL.toString(), model(0).toString()), "has no weights");
    }

    @Test
    void cutWeightsAreRefused() throws IOException {
        assertServicesRefuse(
                bad().replace(TestingExample.MODEL.toString(), model(100_000).toString()), "model.safetensors");
    }

    @Test
    void aWorkflowThatIsNotThereIsRefused() throws IOException {
        assertServicesRefuse(
                bad().replace("user_workflow: math_agent", "user_workflow: com.example.NotThere"),
                "com.example.NotThere");
    }

    @Test
    void aJudgeThatIsNotThereIsRefused() throws IOException {
        assertServicesRefuse(
                bad().replace("judge_protocol: math_agent", "judge_protocol: com.example.NoJudge"),
                "com.example.NoJudge");
    }

    @Test
    void anOutputFolderThatCannotBeWrittenIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("a-file"), "");
        assertServicesRefuse(
                bad().replace("trainer_common:", "trainer_common:\n    output_dir: " + file + "/out"),
                "hone.trainer_common.output_dir cannot be written");
    }

    private void assertServicesRefuse(String yaml, String expected) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
        Path data = folder.resolve("data");
        TestingTerminal terminal = TestingTerminal.run(
                TestingPlatform::lend, "train", "--conf", file.toString(), "--data-dir", data.toString());
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.INVALID);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err()).hasSize(2);
        assertThat(terminal.err().getFirst()).startsWith("Gateway: ");
        assertThat(terminal.err().getLast()).startsWith("hone: ").contains(expected);
        assertThat(data).isDirectoryNotContaining(entry -> !entry.endsWith("hone.log"));
        assertThat(TestingPlatform.folder().resolve("runs/bad")).doesNotExist();
        assertThatThrownBy(() -> TestingPlatform.gateway().get("/api/v1/runs/bad"))
                .hasMessageContaining("There is no run 'bad'");
    }

    private void assertRefused(TestingTerminal terminal, String expected) {
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.INVALID);
        assertThat(terminal.out()).isEmpty();
        assertThat(terminal.err())
                .singleElement()
                .asString()
                .startsWith("hone: ")
                .contains(expected);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private String[] withData(String... words) {
        return words[0].equals("train")
                ? Stream.concat(
                                Arrays.stream(words),
                                Stream.of("--data-dir", folder.resolve("data").toString()))
                        .toArray(String[]::new)
                : words;
    }

    private static int nothingStarts(
            Path folder, java.util.Set<?> services, java.util.Map<?, ?> ports, Platforms.Work work) {
        throw new AssertionError("A platform was started in " + folder);
    }

    private static String bad() {
        return TestingExample.yaml("bad", 1);
    }

    /// The example's model with weights cut to so many bytes; none for 0.
    private Path model(int bytes) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("model"));
        try (Stream<Path> files = Files.list(TestingExample.MODEL)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path weights = copy.resolve("model.safetensors");
        if (bytes > 0) {
            Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), bytes));
        } else {
            Files.delete(weights);
        }
        return copy;
    }
}
