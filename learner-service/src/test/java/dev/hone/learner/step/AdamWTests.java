package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.hone.learner.GoldenModel;
import dev.hone.policy.DifferentiableScores;
import dev.hone.policy.Parameter;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.ScoredSequence;
import dev.hone.policy.safetensors.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdamWTests {
    private static final int ROW = 26;

    @TempDir
    private Path folder;

    @Test
    void agreesWithPyTorchOverAClippedAndAnUnclippedStep() throws Exception {
        JsonNode golden = JsonMapper.shared()
                .readTree(Files.readString(GoldenModel.directory().resolve("cases.json")))
                .path("adamw");
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.1, 1));
                SafetensorsFile cases =
                        SafetensorsFile.open(GoldenModel.directory().resolve("cases.safetensors"))) {
            for (int step = 1; step <= 2; step++) {
                backward(policy, cases, step == 1 ? "grad.advantages" : "grad.advantages2");
                double norm = optimizer.step(1e-3);
                JsonNode expected = golden.path("steps").get(step - 1);
                double goldenNorm = expected.path("grad_norm_before_clip").asDouble();
                assertThat(norm).isCloseTo(goldenNorm, within(5e-5 * goldenNorm));
                assertThat(sum(policy))
                        .isCloseTo(expected.path("sum_all_params").asDouble(), within(5e-3));
                for (Parameter parameter : policy.parameters()) {
                    compare(cases, "adamw.step" + step + ".", parameter);
                }
            }
        }
    }

    @Test
    void goesOnFromSavedMomentsBitByBit() throws Exception {
        Path weights = folder.resolve("weights.safetensors");
        Path moments = folder.resolve("moments.safetensors");
        String straight;
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.1, 1));
                SafetensorsFile cases =
                        SafetensorsFile.open(GoldenModel.directory().resolve("cases.safetensors"))) {
            backward(policy, cases, "grad.advantages");
            optimizer.step(1e-3);
            policy.exportState(weights);
            optimizer.save(moments);
            backward(policy, cases, "grad.advantages2");
            optimizer.step(1e-3);
            straight = policy.checksum();
        }
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.1, 1));
                SafetensorsFile cases =
                        SafetensorsFile.open(GoldenModel.directory().resolve("cases.safetensors"))) {
            policy.importState(weights);
            optimizer.load(moments, 1);
            backward(policy, cases, "grad.advantages2");
            optimizer.step(1e-3);
            assertThat(policy.checksum()).isEqualTo(straight);
        }
    }

    /// Compares where the golden file has the parameter: tightly where its gradient is more than rounding noise.
    private static void compare(SafetensorsFile cases, String prefix, Parameter parameter) throws Exception {
        if (!cases.names().contains(prefix + parameter.name())) {
            return;
        }
        float[] expected = cases.floats(prefix + parameter.name());
        long[] stable = cases.longs("adamw.stable." + parameter.name());
        float[] actual = parameter.array().toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(stable[i] == 1 ? 3e-6f : 2.2e-3f));
        }
    }

    private static double sum(Policy policy) {
        double sum = 0;
        for (Parameter parameter : policy.parameters()) {
            for (float value : parameter.array().toFloatArray()) {
                sum += value;
            }
        }
        return sum;
    }

    /// loss = -(sum(mask * advantage * logp) / sum(mask)) over the right-padded rows.
    private static void backward(Policy policy, SafetensorsFile cases, String advantagesName) throws Exception {
        long[] ids = cases.longs("right.input_ids");
        long[] attention = cases.longs("right.attention_mask");
        float[] mask = cases.floats("grad.mask");
        float[] advantages = cases.floats(advantagesName);
        List<ScoredSequence> sequences = new ArrayList<>();
        List<Float> weights = new ArrayList<>();
        float total = 0;
        for (float inside : mask) {
            total += inside;
        }
        for (int b = 0; b < 3; b++) {
            int from = b * ROW;
            int length = (int) IntStream.range(from, from + ROW)
                    .filter(i -> attention[i] == 1)
                    .count();
            int[] tokens =
                    IntStream.range(from, from + length).map(i -> (int) ids[i]).toArray();
            int maskFrom = b * (ROW - 1);
            int[] targets = IntStream.range(1, length)
                    .filter(t -> mask[maskFrom + t - 1] == 1)
                    .toArray();
            for (int target : targets) {
                weights.add(-advantages[maskFrom + target - 1] / total);
            }
            sequences.add(ScoredSequence.of(tokens, targets, 1));
        }
        float[] packed = new float[weights.size()];
        for (int i = 0; i < packed.length; i++) {
            packed[i] = weights.get(i);
        }
        try (NDManager step = policy.manager().newSubManager();
                GradientCollector collector = policy.newGradientCollector()) {
            DifferentiableScores scores = policy.differentiableScores(step, sequences);
            NDArray loss = scores.logProbs().mul(step.create(packed)).sum();
            collector.backward(loss);
        }
    }
}
