package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The file of AgentJet's tutorial, with nothing but the model's and the dataset's path filled in.
@Tag("slow")
class TutorialFileIntegrationTests {

    private static final Path LITERAL =
            Path.of("../contracts/src/test/resources/agentjet/math_agent.yaml").toAbsolutePath();
    private static final int TESTS = 8;

    @TempDir
    private Path folder;

    @Test
    void theLiteralFileTrainsOneStepOfItsHundredProblemsTimesSix() throws Exception {
        Path file = Files.writeString(
                folder.resolve("math_agent.yaml"),
                Files.readString(LITERAL)
                        .replace("YOUR_MODEL_PATH", TestingExample.MODEL.toString())
                        .replace("openai/gsm8k", hub().toString()));
        TestingTerminal terminal = TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--conf",
                file.toString(),
                "--backbone=verl",
                "--set",
                "total_training_steps=1",
                "--data-dir",
                folder.resolve("data").toString(),
                "--json");
        assertThat(terminal.code()).as("%s", terminal.err()).isZero();
        assertThat(terminal.err())
                .anyMatch(line -> line.startsWith("--backbone verl is taken as training"))
                .contains("hone.trainer_common.logger is not used: the curve goes where hone.trackers says"
                        + " (docs/trackers.md).");
        JsonNode summary = EventCodec.json().readTree(terminal.out().getFirst());
        assertThat(summary.path("steps").asInt()).isEqualTo(1);
        assertThat(summary.path("episodes_issued").asInt()).isEqualTo(100 * 6 + 2 * TESTS);
        assertThat(summary.path("episodes_given_up").asInt()).isZero();
        JsonNode run = TestingPlatform.gateway().get("/api/v1/runs/example_math_agent-1");
        assertThat(run.path("config").path("rollout").path("maxModelLen").asInt()).isEqualTo(10000);
        assertThat(run.path("warnings")).hasSize(11);
    }

    @Test
    void theFileAsItWasDownloadedIsToldWhatToFillIn() {
        TestingTerminal terminal = TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--conf",
                LITERAL.toString(),
                "--data-dir",
                folder.resolve("data").toString());
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err())
                .singleElement()
                .asString()
                .startsWith("hone: hone.model.path is still YOUR_MODEL_PATH, which the tutorial leaves for you to");
    }

    /// A dataset as the hub lays it out: a hundred problems, which are one step.
    private Path hub() throws IOException {
        Path main = Files.createDirectories(folder.resolve("gsm8k/main"));
        Files.write(main.resolve("train-00000-of-00001.jsonl"), head(TestingExample.TRAINING, 100));
        Files.write(main.resolve("test-00000-of-00001.jsonl"), head(TestingExample.VALIDATION, TESTS));
        return folder.resolve("gsm8k");
    }

    private static List<String> head(Path file, int lines) throws IOException {
        return Files.readAllLines(file).subList(0, lines);
    }
}
