package dev.hone.learner.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.policy.TorchEngine;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values and gradients are tested against other implementations in `golden`.
class PolicyObjectiveTests {
    private static final int SEQUENCES = 4;
    private static final int TOKENS = 10;
    private NDManager manager;

    @BeforeEach
    void open() {
        manager = TorchEngine.get().newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<PolicyObjective> objectives() {
        Optional<TruncatedImportance> byToken = importance(TruncatedImportance.Level.TOKEN);
        return Stream.of(
                new PolicyObjective(new ClippedPolicyLoss(0.2, 0.28, 3), byToken, 0.04),
                new PolicyObjective(new GspoLoss(0.1, 0.1), Optional.empty(), 0.04),
                new PolicyObjective(new SequenceClippedLoss(0.2, 0.2), byToken, 0),
                new PolicyObjective(new CispoLoss(0.2, 0.28), Optional.empty(), 0),
                new PolicyObjective(new ReinforceLoss(), importance(TruncatedImportance.Level.SEQUENCE), 0.04));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void nothingUnderTheMaskReachesLossGradientOrMetrics(PolicyObjective objective) {
        Inputs clean = new Inputs();
        Result expected = run(objective, clean);
        assertThat(expected.loss()).isFinite().isNotZero();
        assertThat(expected.gradient()).isNotEqualTo(new float[clean.mask.length]);
        Inputs perturbed = new Inputs();
        float[] junk = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 500, -500};
        Random random = new Random(5);
        for (float[] stream : new float[][] {
            perturbed.fresh, perturbed.old, perturbed.behaviour, perturbed.reference, perturbed.advantages
        }) {
            for (int n = 0; n < stream.length; n++) {
                if (perturbed.mask[n] == 0) {
                    stream[n] = junk[random.nextInt(junk.length)];
                }
            }
        }
        Result result = run(objective, perturbed);
        assertThat(result.loss()).isEqualTo(expected.loss());
        assertThat(result.gradient()).isEqualTo(expected.gradient());
        assertThat(result.metrics()).isEqualTo(expected.metrics());
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void staysFiniteWhereRatiosWouldOverflow(PolicyObjective objective) {
        Inputs far = new Inputs();
        for (int n = 0; n < far.old.length; n++) {
            far.old[n] = n % 2 == 0 ? -200 : 0;
            far.fresh[n] = n % 2 == 0 ? 0 : -200;
        }
        Result result = run(objective, far);
        assertThat(result.loss()).isFinite();
        for (float derivative : result.gradient()) {
            assertThat(derivative).isFinite();
        }
    }

    @Test
    void countsTheTokensThatTheClipHoldsBack() {
        // ratios e^0.5, e^-0.5, 1: the first is held where A > 0, the second where A < 0
        Inputs inputs = new Inputs();
        inputs.mask = new float[] {1, 1, 1};
        inputs.fresh = new float[] {-1, -1, -1};
        inputs.old = new float[] {-1.5f, -0.5f, -1};
        inputs.sequences = new int[3];
        PolicyObjective objective = new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 0), Optional.empty(), 0);
        inputs.advantages = new float[] {1, 1, 1};
        assertThat(run(objective, inputs).metrics()).containsEntry("clip_fraction", 1.0);
        inputs.advantages = new float[] {-1, -1, 1};
        assertThat(run(objective, inputs).metrics()).containsEntry("clip_fraction", 1.0);
        inputs.advantages = new float[] {-1, 1, 1};
        assertThat(run(objective, inputs).metrics()).containsEntry("clip_fraction", 0.0);
        assertThat(run(objective, inputs).metrics().get("ppo_kl")).isCloseTo(0, within(1e-6));
        // dual clip: ratio e^0.5 = 1.65 is above 1.5 and A < 0
        PolicyObjective dual = new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 1.5), Optional.empty(), 0);
        assertThat(run(dual, inputs).metrics()).containsEntry("clip_fraction", 1.0);
    }

    @Test
    void supervisedLossIsTheWeightedMeanOfNegativeLogProbabilities() {
        NDArray logProbs = manager.create(new float[] {-1, Float.NaN, -3});
        NDArray weights = manager.create(new float[] {0.5f, 0, 0.5f});
        Derivative derivative = Derivative.of(
                new NegativeLogLikelihood(),
                logProbs,
                new TokenStreams(weights, new Sequences(new int[3]), null, null, null, null));
        // (1 + 3) / 2 = 2; the derivative of each is its weight, negated
        assertThat(derivative.value().loss().getFloat()).isEqualTo(2f);
        assertThat(derivative.gradient().toFloatArray()).containsExactly(-0.5f, 0, -0.5f);
    }

    private static Optional<TruncatedImportance> importance(TruncatedImportance.Level level) {
        return Optional.of(new TruncatedImportance(level, 2));
    }

    /// Four sequences of ten tokens, every third of them outside the mask.
    private static final class Inputs {
        private float[] mask = new float[SEQUENCES * TOKENS];
        private float[] fresh = values(1, -3, 0);
        private float[] old = values(2, -3, 0);
        private final float[] behaviour = values(3, -3, 0);
        private final float[] reference = values(4, -3, 0);
        private float[] advantages = values(5, -1, 1);
        private int[] sequences = new int[SEQUENCES * TOKENS];

        private Inputs() {
            for (int n = 0; n < mask.length; n++) {
                mask[n] = n % 3 == 0 ? 0 : 1;
                sequences[n] = n / TOKENS;
            }
        }

        private static float[] values(long seed, double from, double to) {
            double[] drawn =
                    new Random(seed).doubles(SEQUENCES * TOKENS, from, to).toArray();
            float[] values = new float[drawn.length];
            for (int n = 0; n < values.length; n++) {
                values[n] = (float) drawn[n];
            }
            return values;
        }
    }

    private record Result(float loss, float[] gradient, Map<String, Double> metrics) {}

    private Result run(PolicyObjective objective, Inputs inputs) {
        int count = inputs.mask.length;
        Derivative derivative = Derivative.of(
                objective,
                manager.create(inputs.fresh),
                new TokenStreams(
                        manager.create(inputs.mask).div(count),
                        new Sequences(inputs.sequences),
                        manager.create(inputs.advantages),
                        manager.create(inputs.old),
                        count == SEQUENCES * TOKENS ? manager.create(inputs.behaviour) : null,
                        count == SEQUENCES * TOKENS ? manager.create(inputs.reference) : null));
        return new Result(
                derivative.value().loss().getFloat(),
                derivative.gradient().toFloatArray(),
                derivative.value().sums().entrySet().stream()
                        .collect(java.util.stream.Collectors.toMap(
                                Map.Entry::getKey, sum -> sum.getValue().getDouble())));
    }
}
