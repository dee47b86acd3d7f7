package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.task.Task;
import dev.hone.rollout.workflow.MathAgent;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A run that is trained, and then looked at with every command that looks at runs, through the gateway that is found
/// by the data directory.
class RunCommandsIntegrationTests {

    @TempDir
    private Path folder;

    private final GatewayClient gateway = TestingPlatform.gateway();

    /// Breaks on one task in four.
    public static final class Fragile implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            if (Math.floorMod(task.taskId().hashCode(), 4) == 0) {
                throw new IllegalStateException("fragile");
            }
            return new MathAgent().run(task, tuner);
        }
    }

    @Test
    void aRunIsLookedAtFromEverySide() throws Exception {
        Path file = Files.writeString(
                folder.resolve("run.yaml"),
                TestingExample.yaml("looked-at", 3)
                        .replace("user_workflow: math_agent", "user_workflow: " + Fragile.class.getName())
                        .replace("max_env_worker: 1", "max_env_worker: 1\n    max_attempts: 1"));
        TestingTerminal trained = TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--with-logview",
                "--conf",
                file.toString(),
                "--data-dir",
                folder.resolve("data").toString());
        assertThat(trained.code()).as(trained.toString()).isEqualTo(Main.OK);
        assertThat(trained.err()).contains("Page of the run: " + gateway.uri("/runs/looked-at"));

        assertThat(hone("runs").out()).anyMatch(line -> line.matches("looked-at +completed +2/2 .*"));
        shown();
        logged();
        watched();
        talkedTo(exported());
    }

    private void shown() {
        List<String> sheet = hone("show", "looked-at").out();
        assertThat(sheet)
                .startsWith("Run looked-at is completed, step 2/2")
                .contains("model          " + TestingExample.MODEL)
                .contains("workflow       " + Fragile.class.getName())
                .anyMatch(line -> line.matches("accuracy +[0-9.]+ .*"))
                .anyMatch(line -> line.matches("train +given_up +\\S+ +\\d+"));
        JsonNode json = json(hone("show", "looked-at", "--json"));
        assertThat(json.path("run").path("state").asString()).isEqualTo("completed");
        assertThat(json.path("summary").path("episodes_issued").asInt()).isEqualTo(TestingExample.SAMPLES);
        assertThat(String.join("\n", hone("show", "looked-at", "--config").out()))
                .startsWith("---\nhone:")
                .contains("lr: 0.001");
    }

    private void logged() {
        int givenUp = gateway.list(
                        GatewayClient.run("looked-at") + "/episodes?state=given_up", "episodes", Integer.MAX_VALUE)
                .size();
        assertThat(givenUp).isPositive();
        List<String> all = hone("logs", "looked-at").out();
        assertThat(all)
                .contains("run running")
                .endsWith("run completed")
                .filteredOn(line -> line.contains(": given up ("))
                .hasSize(givenUp);
        assertThat(all).filteredOn(line -> line.startsWith("step ")).hasSize(2);
        assertThat(hone("logs", "looked-at", "--follow").out()).isEqualTo(all);
        List<String> lines = hone("logs", "looked-at", "--json").out();
        assertThat(lines).hasSameSizeAs(all);
        long last = lines.stream()
                .map(EventCodec.json()::readTree)
                .filter(line -> line.path("type").asString().equals("step"))
                .mapToLong(line -> line.path("id").asLong())
                .max()
                .orElseThrow();
        assertThat(hone("logs", "looked-at", "--after", Long.toString(last)).out())
                .noneMatch(line -> line.startsWith("step "))
                .endsWith("run completed");
    }

    private void watched() {
        TestingTerminal lines = hone("watch", "looked-at");
        assertThat(lines.code()).isEqualTo(Main.OK);
        assertThat(lines.out()).hasSize(2 + 2 + 1).endsWith("Run looked-at is completed");
        assertThat(hone("watch", "looked-at", "--once").out())
                .startsWith("Run looked-at is completed  step 2/2")
                .anyMatch(line -> line.endsWith("  grpo  version 2"))
                .anyMatch(line -> line.matches("reward +[0-9.]+  ..  from [0-9.]+"))
                .anyMatch(line -> line.matches("tokens/s +\\d+  ..  from \\d+"));
    }

    private Path exported() {
        Path target = folder.resolve("model");
        TestingTerminal export = hone("export", "looked-at", "--to", target.toString());
        assertThat(export.code()).as(export.toString()).isEqualTo(Main.OK);
        assertThat(export.out()).containsExactly("Version 2 of run looked-at is in " + target);
        Path trained =
                Path.of(gateway.get("/api/v1/runs/looked-at").path("export").asString());
        assertThat(target.resolve("model.safetensors")).hasSameBinaryContentAs(trained.resolve("model.safetensors"));
        assertThat(target.resolve("tokenizer.json")).exists();
        return target;
    }

    /// The folder and the run's name are one model: greedy, they say the same.
    private void talkedTo(Path model) {
        String[] question = {"--prompt", "What is 3 + 4?", "--json", "--python", "--max-tokens", "64"};
        JsonNode byFolder = json(infer(model.toString(), question));
        JsonNode byRun = json(infer("looked-at", question));
        assertThat(byFolder.path("sampledTokens").asInt()).isPositive();
        assertThat(byRun).isEqualTo(byFolder);
    }

    private static TestingTerminal infer(String model, String... more) {
        return hone(Stream.concat(Stream.of("infer", model), Stream.of(more)).toArray(String[]::new));
    }

    private static TestingTerminal hone(String... words) {
        return TestingTerminal.of(() -> Main.run(Stream.concat(
                        Stream.of(words),
                        Stream.of("--data-dir", TestingPlatform.folder().toString()))
                .toArray(String[]::new)));
    }

    private static JsonNode json(TestingTerminal terminal) {
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        assertThat(terminal.out()).hasSize(1);
        return EventCodec.json().readTree(terminal.out().getFirst());
    }
}
