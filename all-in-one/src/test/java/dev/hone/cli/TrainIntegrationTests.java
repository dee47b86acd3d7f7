package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The whole ring, with the example's own model, data and sandbox, from the command line.
class TrainIntegrationTests {

    @TempDir
    private Path folder;

    private final GatewayClient gateway = TestingPlatform.gateway();

    @Test
    void everyEpisodeIsJudgedAndTrainedOnOnceAndTheModelIsExported() throws Exception {
        TestingTerminal terminal = train(TestingExample.yaml("ring", 1), "--json");
        assertThat(terminal.out()).hasSize(1);
        JsonNode summary = EventCodec.json().readTree(terminal.out().getFirst());
        assertThat(summary.path("steps").asInt()).isEqualTo(2);
        assertThat(summary.path("episodes_issued").asInt()).isEqualTo(TestingExample.SAMPLES);
        assertThat(summary.path("episodes_judged").asInt()).isEqualTo(TestingExample.SAMPLES);
        assertThat(summary.path("episodes_given_up").asInt()).isZero();
        for (JsonNode step : gateway.get("/api/v1/runs/ring/steps").path("steps")) {
            int accounted = step.path("trained").asInt()
                    + step.path("evaluated").asInt()
                    + step.path("skipped").asInt();
            assertThat(accounted).isEqualTo(step.path("purpose").asString().equals("train") ? 16 : 8);
        }
        String export = gateway.get("/api/v1/runs/ring").path("export").asString();
        assertThat(terminal.err()).contains("Trained model: " + export);
        assertThat(Path.of(export))
                .isDirectoryContaining("glob:**/model.safetensors")
                .isDirectoryContaining("glob:**/config.json")
                .isDirectoryContaining("glob:**/tokenizer.json");
    }

    @Test
    void oneSeedGivesOneCurveDigitForDigit() throws Exception {
        train(TestingExample.yaml("first", 5));
        train(TestingExample.yaml("second", 5));
        train(TestingExample.yaml("other", 6));
        assertThat(curve(gateway, "first")).isNotEmpty().isEqualTo(curve(gateway, "second"));
        assertThat(curve(gateway, "first")).isNotEqualTo(curve(gateway, "other"));
    }

    @Test
    void stepsThatAreSampledAheadAreTrainedOnWithinTheirBound() throws Exception {
        train(TestingExample.yaml("ahead", 1)
                .replace("total_training_steps: 2", "total_training_steps: 3\n    max_staleness: 1")
                .replace("max_env_worker: 1", "max_env_worker: 8"));
        List<Integer> staleness = new ArrayList<>();
        for (JsonNode step : gateway.get("/api/v1/runs/ahead/steps").path("steps")) {
            JsonNode metrics = step.path("metrics");
            assertThat(metrics.path("episodes/given_up").asInt()).isZero();
            if (step.path("purpose").asString().equals("train")) {
                assertThat(metrics.path("episodes/judged").asInt()).isEqualTo(16);
                assertThat(metrics.path("episodes/too_stale").asInt()).isZero();
                staleness.add(metrics.path("staleness/max").asInt());
            } else {
                assertThat(metrics.path("staleness/max").asInt()).isZero();
            }
        }
        // the second step is issued with the first: its episodes begin under version 0
        assertThat(staleness).hasSize(3).startsWith(0, 1).allMatch(behind -> behind <= 1);
    }

    @Test
    void learningRateZeroLeavesTheWeightsAlone() throws Exception {
        train(TestingExample.yaml("flat", 1).replace("lr: 1.0e-3", "lr: 0"));
        JsonNode end = gateway.get("/api/v1/runs/flat");
        try (Policy policy = Policy.load(TestingExample.MODEL, PolicyOptions.cpu())) {
            assertThat(end.path("policyVersion").asInt()).isEqualTo(2);
            assertThat(end.path("policyChecksum").asString()).endsWith(policy.checksum());
        }
    }

    @Test
    void aStoppedRunGoesOnAsItWasSubmittedAndAnotherFileIsRefused() throws Exception {
        String relative =
                Path.of("").toAbsolutePath().relativize(TestingExample.MODEL).toString();
        String yaml = TestingExample.yaml("stopped", 3).replace(TestingExample.MODEL.toString(), relative);
        gateway.submit(yaml);
        gateway.post("/api/v1/runs/stopped/pause");

        TestingTerminal another = resume(yaml.replace("seed: 3", "seed: 4").replace("lr: 1.0e-3", "lr: 1.0e-4"));
        assertThat(another.code()).isEqualTo(Main.INVALID);
        assertThat(another.err().getLast())
                .startsWith("hone: Run stopped in ")
                .contains(
                        "hone.seed is 3, in the file 4",
                        "hone.trainer_common.optim.lr is 0.001, in the file 1.0E-4",
                        "Leave --conf out");
        assertThat(gateway.get("/api/v1/runs/stopped").path("state").asString()).isEqualTo("paused");

        TestingTerminal same = resume(yaml);
        assertThat(same.code()).as(same.toString()).isEqualTo(Main.OK);
    }

    private TestingTerminal resume(String yaml) throws Exception {
        return TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--resume",
                "--conf",
                Files.writeString(folder.resolve("run.yaml"), yaml).toString(),
                "--data-dir",
                TestingPlatform.folder().toString());
    }

    private TestingTerminal train(String yaml, String... more) throws Exception {
        Path file = Files.writeString(folder.resolve("run.yaml"), yaml);
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--conf",
                file.toString(),
                "--data-dir",
                folder.resolve("data").toString()));
        arguments.addAll(List.of(more));
        TestingTerminal terminal = TestingTerminal.run(TestingPlatform::lend, arguments.toArray(String[]::new));
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        return terminal;
    }

    /// The points of a run's curve with what training computes, as text.
    static List<String> curve(GatewayClient gateway, String run) {
        List<String> points = new ArrayList<>();
        for (JsonNode step : gateway.get("/api/v1/runs/" + run + "/steps").path("steps")) {
            JsonNode metrics = step.path("metrics");
            points.add(step.path("purpose").asString() + step.path("step").asInt() + " reward "
                    + metrics.path("reward/mean") + " grad " + metrics.path("grad_norm") + " loss "
                    + metrics.path("loss/pg") + " gap " + metrics.path("logprob_gap/mean"));
        }
        return points;
    }
}
