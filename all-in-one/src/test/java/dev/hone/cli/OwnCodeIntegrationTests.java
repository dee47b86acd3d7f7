package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The whole ring with a workflow and a judge in files.
class OwnCodeIntegrationTests {

    private static final Path EXAMPLE = TestingExample.FOLDER.resolveSibling("own-code");

    @TempDir
    private Path folder;

    private final GatewayClient gateway = TestingPlatform.gateway();

    private TestingTerminal train(String yaml) throws Exception {
        return TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--conf",
                Files.writeString(folder.resolve("run.yaml"), yaml).toString(),
                "--data-dir",
                folder.resolve("data").toString(),
                "--json");
    }

    private static String yaml(String name, Path workflow, Path judge) {
        return TestingExample.yaml(name, 1)
                .replace("user_workflow: math_agent", "user_workflow: " + workflow)
                .replace("judge_protocol: math_agent", "judge_protocol: " + judge)
                .replace("max_env_worker: 1", "max_env_worker: 8");
    }

    @Test
    void aWorkflowAndAJudgeInFilesAreTrainedWith() throws Exception {
        Path here = Path.of("").toAbsolutePath();
        TestingTerminal terminal = train(yaml(
                "files", here.relativize(EXAMPLE.resolve("agent.py")), here.relativize(EXAMPLE.resolve("judge.py"))));

        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        JsonNode summary = EventCodec.json().readTree(terminal.out().getFirst());
        assertThat(summary.path("episodes_judged").asInt()).isEqualTo(TestingExample.SAMPLES);
        assertThat(summary.path("episodes_given_up").asInt()).isZero();
        assertThat(summary.path("reward_first3").asDouble()).isBetween(0.01, 0.99);
    }

    @Test
    void aFileThatIsUnfitIsRefusedBeforeTheRunBegins() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty.py"), "");
        TestingTerminal terminal = train(yaml("unfit", empty, folder.resolve("nowhere.py")));

        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(String.join("\n", terminal.err()))
                .contains("hone.rollout.user_workflow")
                .contains("empty.py has no function run(task, tuner); define it.")
                .contains("hone.task_judge.judge_protocol")
                .contains("The file " + folder.resolve("nowhere.py") + " cannot be read");
        assertThat(gateway.get("/api/v1/runs").toString()).doesNotContain("\"unfit\"");
    }
}
