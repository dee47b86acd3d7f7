package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradients are written out by hand; that they agree with Transformers is tested beside the optimizer. */
class GradientTests {
    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(strings = {"qwen2_tied", "llama_untied", "qwen3_untied_headdim32", "gemma3_text_window8"})
    void computingLayersAgainChangesNoBit(String model) throws IOException {
        try (Policy policy = Golden.policy(model)) {
            List<ScoredSequence> batch = batch(policy, 3, 30);
            List<float[]> kept = Golden.gradients(policy, List.of(batch), false);
            List<float[]> again = Golden.gradients(policy, List.of(batch), true);
            for (int i = 0; i < kept.size(); i++) {
                assertThat(again.get(i)).isEqualTo(kept.get(i));
            }
        }
    }

    /** d/dw of the summed log-probability along a random direction, by central differences in float32. */
    @ParameterizedTest
    @ValueSource(strings = {"qwen2_tied", "qwen3_untied_headdim32", "gemma3_text_window8"})
    void gradientsAreTheSlopesOfWhatIsScored(String model) throws IOException {
        try (Policy policy = Golden.policy(model)) {
            List<ScoredSequence> batch = batch(policy, 2, 700);
            List<float[]> gradients = Golden.gradients(policy, List.of(batch), false);
            for (int i = 0; i < gradients.size(); i++) {
                float[] at = policy.parameters().get(i).array().toFloatArray();
                float[] gradient = gradients.get(i);
                double norm = Math.sqrt(IntStream.range(0, gradient.length)
                        .mapToDouble(n -> gradient[n] * gradient[n])
                        .sum());
                double step = 0.25 / Math.max(norm, 1); // the sum moves by about a half
                double slope = (moved(policy, batch, i, at, gradient, step / norm)
                                - moved(policy, batch, i, at, gradient, -step / norm))
                        / (2 * step);
                set(policy, i, at);
                assertThat(slope).as(policy.parameters().get(i).name()).isCloseTo(norm, within(0.03 * norm + 0.02));
            }
        }
    }

    @Test
    void entropiesAreThoseOfScoring() throws IOException {
        try (Policy policy = Golden.policy();
                Replica replica = policy.newReplica()) {
            List<ScoredSequence> batch = batch(policy, 3, 20);
            float[] expected = replica.score(batch).entropies();
            assertThat(Golden.backward(replica, batch, false)).containsExactly(expected, within(2e-5f));
        }
    }

    @Test
    void replicasAddUpToOne() throws IOException {
        try (Policy policy = Golden.policy();
                Replica first = policy.newReplica();
                Replica second = policy.newReplicaBeside(first, 1);
                NDManager step = first.manager().newSubManager()) {
            List<ScoredSequence> batch = batch(policy, 4, 25);
            List<float[]> alone = Golden.gradients(policy, List.of(batch), false);
            Golden.backward(first, batch.subList(0, 2), false);
            Golden.backward(second, batch.subList(2, 4), false);
            List<float[]> together = policy.gradients(step, List.of(first, second)).stream()
                    .map(ai.djl.ndarray.NDArray::toFloatArray)
                    .toList();
            for (int i = 0; i < alone.size(); i++) {
                assertThat(Golden.maxDifference(together.get(i), alone.get(i))).isLessThan(1e-5f * scale(alone.get(i)));
            }
        }
    }

    @Test
    void aPassRunsBackwardsOnce() throws IOException {
        try (Policy policy = Golden.policy();
                Replica replica = policy.newReplica();
                NDManager step = replica.manager().newSubManager()) {
            Trace trace = replica.trace(step, batch(policy, 1, 10), false);
            replica.backward(step, trace, step.ones(trace.logProbs().getShape()));
            assertThatThrownBy(() -> replica.backward(
                            step, trace, step.ones(trace.logProbs().getShape())))
                    .hasMessageContaining("twice");
        }
    }

    private static float scale(float[] values) {
        float largest = 1;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double moved(
            Policy policy, List<ScoredSequence> batch, int parameter, float[] at, float[] along, double by) {
        float[] moved = new float[at.length];
        for (int n = 0; n < at.length; n++) {
            moved[n] = (float) (at[n] + by * along[n]);
        }
        set(policy, parameter, moved);
        double sum = 0;
        for (float logProb : policy.score(batch).logProbs()) {
            sum += logProb;
        }
        return sum;
    }

    private static void set(Policy policy, int parameter, float[] values) {
        try (NDManager step = policy.manager().newSubManager()) {
            ai.djl.ndarray.NDArray array = policy.parameters().get(parameter).array();
            policy.program().call(step, "assign", array, step.create(values, array.getShape()));
        }
    }

    private List<ScoredSequence> batch(Policy policy, int sequences, int length) {
        return IntStream.range(0, sequences)
                .mapToObj(i -> {
                    int[] tokens = random.ints(length + i, 3, policy.config().vocabularySize())
                            .toArray();
                    return ScoredSequence.of(
                            tokens, IntStream.range(1, tokens.length).toArray(), 1 + 0.25f * i);
                })
                .toList();
    }
}
