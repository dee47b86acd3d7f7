package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.embedded.DataDirectory;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The whole ring, with the example's own model, data and sandbox: what `./hone train` does, but for the terminal.
class TrainEndToEndTests {

    private static final Path PROJECT =
            Path.of(System.getProperty("user.dir")).toAbsolutePath().getParent();
    private static final Path EXAMPLE = PROJECT.resolve("examples/math-agent");

    @TempDir
    private static Path folder;

    private static Platform platform;
    private static GatewayClient gateway;

    @BeforeAll
    static void start() {
        platform = Platform.start(folder.resolve("data"), EnumSet.allOf(Service.class), Map.of(), line -> {});
        gateway = new GatewayClient(platform.address(Service.GATEWAY));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void everyEpisodeIsJudgedAndTrainedOnOnceAndTheModelIsExported() throws Exception {
        JsonNode end = train(config("ring", "seed: 1"));
        assertThat(end.path("state").asString()).as(end.toString()).isEqualTo("completed");
        JsonNode summary = gateway.get("/api/v1/runs/ring/summary");
        assertThat(summary.path("steps").asInt()).isEqualTo(2);
        // 2 evaluations of 8 problems, 2 steps of 4 problems with 4 samples
        assertThat(summary.path("episodes_issued").asInt()).isEqualTo(2 * 8 + 2 * 4 * 4);
        assertThat(summary.path("episodes_judged").asInt()).isEqualTo(2 * 8 + 2 * 4 * 4);
        assertThat(summary.path("episodes_given_up").asInt()).isZero();
        for (JsonNode step : gateway.get("/api/v1/runs/ring/steps").path("steps")) {
            int accounted = step.path("trained").asInt()
                    + step.path("evaluated").asInt()
                    + step.path("skipped").asInt();
            assertThat(accounted).isEqualTo(step.path("purpose").asString().equals("train") ? 16 : 8);
        }
        assertThat(Path.of(end.path("export").asString()))
                .isDirectoryContaining("glob:**/model.safetensors")
                .isDirectoryContaining("glob:**/config.json")
                .isDirectoryContaining("glob:**/tokenizer.json");
    }

    @Test
    void oneSeedGivesOneCurveDigitForDigit() throws Exception {
        train(config("first", "seed: 5"));
        train(config("second", "seed: 5"));
        train(config("other", "seed: 6"));
        assertThat(curve("first")).isNotEmpty().isEqualTo(curve("second"));
        assertThat(curve("first")).isNotEqualTo(curve("other"));
    }

    @Test
    void learningRateZeroLeavesTheWeightsAlone() throws Exception {
        JsonNode end = train(config("flat", "seed: 1").replace("lr: 1.0e-3", "lr: 0"));
        try (Policy policy = Policy.load(EXAMPLE.resolve("model"), PolicyOptions.cpu())) {
            assertThat(end.path("policyVersion").asInt()).isEqualTo(2);
            assertThat(end.path("policyChecksum").asString()).endsWith(policy.checksum());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"missing dataset", "no weights", "truncated weights", "no answer", "no workflow", "no judge"})
    void badInputIsRefusedWithOneMessageAndNothingIsWritten(String kind) throws IOException {
        String yaml = config("bad", "seed: 1");
        String expected;
        switch (kind) {
            case "missing dataset" -> {
                yaml = yaml.replace("test.jsonl", "absent.jsonl");
                expected = "absent.jsonl";
            }
            case "no weights" -> {
                yaml = yaml.replace(
                        EXAMPLE.resolve("model").toString(),
                        model("no-weights", 0).toString());
                expected = "has no weights";
            }
            case "truncated weights" -> {
                yaml = yaml.replace(
                        EXAMPLE.resolve("model").toString(),
                        model("cut", 100_000).toString());
                expected = "model.safetensors";
            }
            case "no answer" -> {
                Path rows = folder.resolve("no-answer.jsonl");
                Files.writeString(rows, "{\"question\": \"1+1?\", \"answer\": \"#### 2\"}\n{\"question\": \"2+2?\"}\n");
                yaml = yaml.replace(EXAMPLE.resolve("data/train.jsonl").toString(), rows.toString());
                expected = "answer";
            }
            case "no workflow" -> {
                yaml = yaml.replace("user_workflow: math_agent", "user_workflow: com.example.NotThere");
                expected = "com.example.NotThere";
            }
            case "no judge" -> {
                yaml = yaml.replace("judge_protocol: math_agent", "judge_protocol: com.example.NoJudge");
                expected = "com.example.NoJudge";
            }
            default -> throw new IllegalArgumentException(kind);
        }
        String refused = yaml;
        assertThatThrownBy(() -> gateway.submit(refused))
                .isInstanceOf(UserErrorException.class)
                .hasMessageContaining(expected);
        assertThatThrownBy(() -> gateway.get("/api/v1/runs/bad")).hasMessageContaining("bad");
        assertThat(folder.resolve("data/runs/bad")).doesNotExist();
    }

    @Test
    void secondStartOnTheSameDirectorySaysWhoHasIt() {
        assertThatThrownBy(() ->
                        Platform.start(folder.resolve("data"), EnumSet.allOf(Service.class), Map.of(), line -> {}))
                .isInstanceOf(DataDirectory.OccupiedException.class)
                .hasMessageContaining(
                        "in use by process " + ProcessHandle.current().pid());
    }

    private static JsonNode train(String yaml) throws InterruptedException {
        String run = gateway.submit(yaml);
        return new RunFollower(gateway, run, new CountDownLatch(1)).follow();
    }

    private static List<String> curve(String run) {
        List<String> points = new ArrayList<>();
        for (JsonNode step : gateway.get("/api/v1/runs/" + run + "/steps").path("steps")) {
            JsonNode metrics = step.path("metrics");
            points.add(step.path("purpose").asString() + step.path("step").asInt() + " reward "
                    + metrics.path("reward/mean") + " grad " + metrics.path("grad_norm") + " loss "
                    + metrics.path("loss/pg") + " gap " + metrics.path("logprob_gap/mean"));
        }
        return points;
    }

    private static String config(String name, String seed) {
        return """
                hone:
                  experiment_name: %s
                  %s
                  task_reader:
                    dataset_file:
                      training: {file_path: %s}
                      validation: {file_path: %s}
                    max_validation_tasks: 8
                  task_judge:
                    judge_protocol: math_agent
                  model: {path: %s}
                  rollout:
                    user_workflow: math_agent
                    num_repeat: 4
                    max_response_length_in_one_turn: 96
                    max_model_len: 512
                    max_env_worker: 1
                  data: {train_batch_size: 4}
                  trainer_common:
                    total_training_steps: 2
                    optim: {lr: 1.0e-3, weight_decay: 0.0}
                """.formatted(
                        name,
                        seed,
                        EXAMPLE.resolve("data/train.jsonl"),
                        EXAMPLE.resolve("data/test.jsonl"),
                        EXAMPLE.resolve("model"));
    }

    /// The example's model with weights cut to so many bytes; none for 0.
    private static Path model(String name, int bytes) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        try (Stream<Path> files = Files.list(EXAMPLE.resolve("model"))) {
            files.filter(file -> !file.endsWith("model.safetensors")).forEach(file -> copy(file, copy));
        }
        if (bytes > 0) {
            byte[] weights = Files.readAllBytes(EXAMPLE.resolve("model/model.safetensors"));
            Files.write(copy.resolve("model.safetensors"), java.util.Arrays.copyOf(weights, bytes));
        }
        return copy;
    }

    private static void copy(Path file, Path folder) {
        try {
            Files.copy(file, folder.resolve(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
