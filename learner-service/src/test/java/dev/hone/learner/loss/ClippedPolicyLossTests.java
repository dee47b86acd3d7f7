package dev.hone.learner.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import dev.hone.learner.GoldenLosses;
import dev.hone.policy.TorchEngine;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class ClippedPolicyLossTests {
    private final GoldenLosses golden = new GoldenLosses();
    private final double[][] newLogProbs = golden.matrix("/inputs/logp_new");
    private final double[][] oldLogProbs = golden.matrix("/inputs/logp_old");
    private final double[][] reference = golden.matrix("/inputs/logp_ref");
    private final double[][] mask = golden.matrix("/inputs/mask");
    private NDManager manager;

    /// The tolerances that the golden values' README gives.
    enum Precision {
        SINGLE(DataType.FLOAT32, 2e-5),
        DOUBLE(DataType.FLOAT64, 1e-6);

        final DataType type;
        final double tolerance;

        Precision(DataType type, double tolerance) {
            this.type = type;
            this.tolerance = tolerance;
        }
    }

    private record Result(double loss, double[] gradient) {}

    @BeforeEach
    void open() {
        manager = TorchEngine.get().newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithGrpo(Precision precision) {
        check(
                "/losses/grpo",
                new ClippedPolicyLoss(0.2, 0.2, 0, 0.04),
                Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                precision);
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithGrpoUnderADualClip(Precision precision) {
        check(
                "/losses/grpo_dual_clip",
                new ClippedPolicyLoss(0.2, 0.2, 3, 0.04),
                Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                precision);
    }

    @ParameterizedTest
    @EnumSource
    void agreesWithDapo(Precision precision) {
        check("/losses/dapo", new ClippedPolicyLoss(0.2, 0.28, 0, 0), Aggregation.TOKEN_MEAN, precision);
    }

    @ParameterizedTest
    @EnumSource
    void agreesOnPolicyWhereOldIsNew(Precision precision) {
        ClippedPolicyLoss loss = new ClippedPolicyLoss(0.2, 0.2, 0, 0.04);
        Result result = run(
                loss, Aggregation.SEQUENCE_MEAN_TOKEN_MEAN, "/edge_cases/on_policy_grpo", precision, mask, null, 0, 12);
        compare("/edge_cases/on_policy_grpo", result, precision);
        Result explicit = run(
                loss,
                Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                "/edge_cases/on_policy_grpo",
                precision,
                mask,
                newLogProbs,
                0,
                12);
        compare("/edge_cases/on_policy_grpo", explicit, precision);
    }

    @ParameterizedTest
    @EnumSource
    void keepsTheKlTermWhereAllAdvantagesAreZero(Precision precision) {
        check(
                "/edge_cases/zero_advantages",
                new ClippedPolicyLoss(0.2, 0.2, 0, 0.04),
                Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                precision);
    }

    @ParameterizedTest
    @EnumSource
    void countsAnEmptySequenceInTheMean(Precision precision) {
        double[][] emptied = Arrays.stream(mask).map(double[]::clone).toArray(double[][]::new);
        Arrays.fill(emptied[1], 0);
        String pointer = "/edge_cases/empty_sequence_divide_by_B";
        compare(
                pointer,
                run(
                        new ClippedPolicyLoss(0.2, 0.2, 0, 0),
                        Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                        pointer,
                        precision,
                        emptied,
                        oldLogProbs,
                        0,
                        12),
                precision);
    }

    @ParameterizedTest
    @EnumSource
    void addsMicroBatchesUpToTheWholeBatch(Precision precision) {
        ClippedPolicyLoss loss = new ClippedPolicyLoss(0.2, 0.28, 0, 0);
        double total = 0;
        for (JsonNode range : golden.at("/edge_cases/dapo_two_microbatches/micro_batches")) {
            total += run(
                            loss,
                            Aggregation.TOKEN_MEAN,
                            "/losses/dapo",
                            precision,
                            mask,
                            oldLogProbs,
                            range.get(0).asInt(),
                            range.get(1).asInt())
                    .loss();
        }
        double expected =
                golden.at("/edge_cases/dapo_two_microbatches/correct_total").asDouble();
        assertThat(total).isCloseTo(expected, within(precision.tolerance * Math.abs(expected)));
    }

    @Test
    void nothingUnderTheMaskReachesLossOrGradient() {
        ClippedPolicyLoss loss = new ClippedPolicyLoss(0.2, 0.2, 3, 0.04);
        Result clean = run(
                loss,
                Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                "/losses/grpo_dual_clip",
                Precision.SINGLE,
                mask,
                oldLogProbs,
                0,
                12);
        double[] junk = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 500, -500};
        Random random = new Random(5);
        for (double[][] stream : new double[][][] {newLogProbs, oldLogProbs, reference}) {
            for (int b = 0; b < mask.length; b++) {
                for (int t = 0; t < mask[b].length; t++) {
                    if (mask[b][t] == 0) {
                        stream[b][t] = junk[random.nextInt(junk.length)];
                    }
                }
            }
        }
        Result perturbed = run(
                loss,
                Aggregation.SEQUENCE_MEAN_TOKEN_MEAN,
                "/losses/grpo_dual_clip",
                Precision.SINGLE,
                mask,
                oldLogProbs,
                0,
                12);
        assertThat(perturbed.loss()).isEqualTo(clean.loss());
        assertThat(perturbed.gradient()).isEqualTo(clean.gradient());
    }

    @Test
    void supervisedLossIsTheWeightedMeanOfNegativeLogProbabilities() {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray logProbs = manager.create(new float[] {-1, Float.NaN, -3});
            logProbs.setRequiresGradient(true);
            NDArray weights = manager.create(new float[] {0.5f, 0, 0.5f});
            NDArray loss = new NegativeLogLikelihood().of(logProbs, TokenStreams.supervised(weights));
            collector.backward(loss);
            // (1 + 3) / 2 = 2; the derivative of each is its weight, negated
            assertThat(loss.getFloat()).isEqualTo(2f);
            assertThat(logProbs.getGradient().toFloatArray()).containsExactly(-0.5f, 0, -0.5f);
        }
    }

    private void check(String pointer, ClippedPolicyLoss loss, Aggregation aggregation, Precision precision) {
        compare(pointer, run(loss, aggregation, pointer, precision, mask, oldLogProbs, 0, 12), precision);
    }

    private void compare(String pointer, Result result, Precision precision) {
        double expected = golden.at(pointer + "/loss").asDouble();
        assertThat(result.loss()).isCloseTo(expected, within(precision.tolerance * Math.abs(expected)));
        double[] gradient = flatten(golden.matrix(pointer + "/dloss_dlogp_new"), 0, 12);
        double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
        for (int n = 0; n < gradient.length; n++) {
            assertThat(result.gradient()[n]).isCloseTo(gradient[n], within(precision.tolerance * largest));
        }
    }

    private Result run(
            ClippedPolicyLoss loss,
            Aggregation aggregation,
            String pointer,
            Precision precision,
            double[][] mask,
            double[][] old,
            int from,
            int to) {
        double[] perSequence = aggregation.weights(Arrays.stream(mask)
                .mapToInt(row -> (int) Arrays.stream(row).sum())
                .toArray());
        double[] advantages = golden.row(pointer + "/advantages");
        double[][] weights = new double[mask.length][mask[0].length];
        double[][] tokenAdvantages = new double[mask.length][mask[0].length];
        for (int b = 0; b < mask.length; b++) {
            Arrays.fill(tokenAdvantages[b], advantages[b]);
            for (int t = 0; t < mask[b].length; t++) {
                weights[b][t] = mask[b][t] * perSequence[b];
            }
        }
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray fresh = array(newLogProbs, from, to, precision);
            fresh.setRequiresGradient(true);
            NDArray value = loss.of(
                    fresh,
                    new TokenStreams(
                            array(weights, from, to, precision),
                            array(tokenAdvantages, from, to, precision),
                            old == null ? null : array(old, from, to, precision),
                            array(reference, from, to, precision)));
            collector.backward(value);
            return new Result(
                    value.toType(DataType.FLOAT64, true).getDouble(),
                    fresh.getGradient().toType(DataType.FLOAT64, true).toDoubleArray());
        }
    }

    private NDArray array(double[][] rows, int from, int to, Precision precision) {
        return manager.create(flatten(rows, from, to)).toType(precision.type, false);
    }

    private static double[] flatten(double[][] rows, int from, int to) {
        return Arrays.stream(rows, from, to).flatMapToDouble(Arrays::stream).toArray();
    }
}
