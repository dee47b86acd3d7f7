package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.contracts.EventCodec;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Evaluations, alone and between steps, with the example's own model, data and sandbox.
class EvalIntegrationTests {

    @TempDir
    private Path folder;

    private final GatewayClient gateway = TestingPlatform.gateway();

    @Test
    void anEvaluationAloneMeasuresTheModelAndTrainsNothing() throws Exception {
        TestingTerminal terminal =
                eval(TestingExample.yaml("alone", 5), "--limit", "4", "--pass-k", "2", "--samples", "3", "--json");
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        JsonNode result = EventCodec.json().readTree(terminal.out().getFirst());
        assertThat(terminal.out()).hasSize(1);
        assertThat(result.path("problems").asInt()).isEqualTo(4);
        assertThat(result.path("episodes_issued").asInt()).isEqualTo(4 * (1 + 3));
        assertThat(result.path("episodes_judged").asInt()).isEqualTo(4 * (1 + 3));
        assertInterval(result, "accuracy");
        assertInterval(result, "reward_mean");
        assertInterval(result, "pass_at_1");
        assertInterval(result, "pass_at_k");

        // The numbers again from what the gateway knows of each episode, the sampled ones chosen pair by pair.
        String run = result.path("run").asString();
        assertThat(run).isEqualTo("alone-eval-1");
        boolean[][] right = solved(run, 4, 4);
        assertThat(result.path("accuracy").asDouble())
                .isEqualTo(Stream.of(right).filter(samples -> samples[0]).count() / 4.0);
        double pairs = 0;
        for (boolean[] samples : right) {
            pairs += (samples[1] || samples[2] ? 1 : 0)
                    + (samples[1] || samples[3] ? 1 : 0)
                    + (samples[2] || samples[3] ? 1 : 0);
        }
        assertThat(result.path("pass_at_k").asDouble()).isCloseTo(pairs / 12, within(1e-12));
        assertThat(terminal.err()).anyMatch(line -> line.matches("pass@2 of 3 +[0-9.]+ +\\[[0-9.]+, [0-9.]+]"));

        JsonNode view = gateway.get("/api/v1/runs/" + run);
        assertThat(view.path("step").asInt()).isZero();
        assertThat(view.path("steps").asInt()).isZero();
        assertThat(view.path("policyVersion").asInt()).isZero();
        assertThat(view.path("export").isNull()).isTrue();
        try (Policy policy = Policy.load(TestingExample.MODEL, PolicyOptions.cpu())) {
            assertThat(view.path("policyChecksum").asString()).endsWith(policy.checksum());
        }
        assertThat(gateway.get("/api/v1/runs/" + run + "/steps").path("steps")).hasSize(1);
        assertThat(TestingPlatform.folder().resolve("runs").resolve(run)).doesNotExist();
    }

    @Test
    void evaluationsBetweenStepsLeaveTrainingAsItIsWithoutThem() throws Exception {
        String yaml = TestingExample.yaml("with", 8).replace("max_validation_tasks: 8", "max_validation_tasks: 2");
        train(yaml.replace("trainer_common:", "trainer_common:\n    test_freq: 1\n    val_pass_n: 2"));
        train(yaml.replace("experiment_name: with", "experiment_name: without")
                .replace(
                        "trainer_common:", "trainer_common:\n    val_before_train: false\n    val_after_train: false"));
        List<String> with = TrainIntegrationTests.curve(gateway, "with");
        assertThat(with).hasSize(2 + 3);
        assertThat(with.stream().filter(point -> point.startsWith("train")))
                .hasSize(2)
                .containsExactlyElementsOf(TrainIntegrationTests.curve(gateway, "without"));
        assertThat(checksum("with")).isEqualTo(checksum("without"));

        // A run's name stands for the model that it trained.
        TestingTerminal trained = eval(yaml, "--model", "with", "--json");
        assertThat(trained.code()).as(trained.toString()).isEqualTo(Main.OK);
        JsonNode result = EventCodec.json().readTree(trained.out().getFirst());
        JsonNode last = gateway.get("/api/v1/runs/with").path("evaluation").path("metrics");
        assertThat(result.path("model").asString())
                .isEqualTo(gateway.get("/api/v1/runs/with").path("export").asString());
        assertThat(result.path("reward_mean")).isEqualTo(last.path("reward/mean"));
        assertThat(result.path("accuracy_ci").get(1)).isEqualTo(last.path("accuracy/high"));
    }

    @Test
    void aModelThatIsNeitherAFolderNorARunIsRefused() throws Exception {
        TestingTerminal terminal = eval(TestingExample.yaml("none", 1), "--model", "nowhere");
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err()).last().asString().contains("neither a folder nowhere nor a run", "--model");
    }

    private String checksum(String run) {
        return gateway.get("/api/v1/runs/" + run).path("policyChecksum").asString();
    }

    /// Which samples of each problem were right.
    private boolean[][] solved(String run, int problems, int samples) {
        boolean[][] right = new boolean[problems][samples];
        for (JsonNode row : gateway.get("/api/v1/runs/" + run + "/episodes").path("episodes")) {
            right[row.path("group").asInt()][row.path("sample").asInt()] =
                    row.path("success").asBoolean();
        }
        return right;
    }

    private static void assertInterval(JsonNode result, String key) {
        JsonNode ends = result.path(key + "_ci");
        assertThat(ends).hasSize(2);
        assertThat(result.path(key).asDouble())
                .isBetween(ends.get(0).asDouble(), ends.get(1).asDouble());
    }

    private TestingTerminal eval(String yaml, String... more) throws Exception {
        return run("eval", yaml, more);
    }

    private void train(String yaml) throws Exception {
        TestingTerminal terminal = run("train", yaml);
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
    }

    private TestingTerminal run(String command, String yaml, String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
        Stream<String> words = Stream.of(
                command,
                "--conf",
                file.toString(),
                "--data-dir",
                folder.resolve("data").toString());
        return TestingTerminal.run(
                TestingPlatform::lend, Stream.concat(words, Stream.of(more)).toArray(String[]::new));
    }
}
