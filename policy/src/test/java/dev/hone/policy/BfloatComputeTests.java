package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationRequest;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bfloat16 has 8 bits of mantissa: log-probabilities of a 3-layer model differ by some hundredths. */
class BfloatComputeTests {
    private static final PolicyOptions BFLOAT16 = new PolicyOptions(Device.cpu(), ComputeType.BFLOAT16, 0);
    private static final int[] PROMPT = IntStream.range(3, 40).toArray();

    @Test
    void scoresStayCloseToFloat32() throws IOException {
        List<ScoredSequence> sequences = List.of(
                ScoredSequence.of(PROMPT, IntStream.range(1, PROMPT.length).toArray(), 1));
        try (Policy exact = Golden.policy();
                Policy rounded = Policy.load(Golden.directory(), BFLOAT16)) {
            float[] scores = rounded.score(sequences).logProbs();
            float[] expected = exact.score(sequences).logProbs();
            assertThat(scores).containsExactly(expected, within(0.25f));
            assertThat(meanDifference(scores, expected)).isBetween(1e-6, 0.05);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2_tied", "qwen3_untied_headdim32", "gemma3_text_window8"})
    void gradientsAreThoseOfFloat32ButForRounding(String model) throws IOException {
        List<ScoredSequence> sequences = List.of(
                ScoredSequence.of(PROMPT, IntStream.range(1, PROMPT.length).toArray(), 0.8f));
        try (Policy exact = Golden.policy(model);
                Policy rounded = Policy.load(Golden.directory(model), BFLOAT16)) {
            List<float[]> expected = Golden.gradients(exact, List.of(sequences), false);
            List<float[]> gradients = Golden.gradients(rounded, List.of(sequences), false);
            double whole = Math.sqrt(
                    expected.stream().mapToDouble(BfloatComputeTests::square).sum());
            for (int i = 0; i < expected.size(); i++) {
                float[] difference = gradients.get(i);
                for (int n = 0; n < difference.length; n++) {
                    difference[n] -= expected.get(i)[n];
                }
                assertThat(Math.sqrt(square(difference)))
                        .as(exact.parameters().get(i).name())
                        .isLessThan(0.05 * Math.sqrt(square(expected.get(i))) + 0.002 * whole);
            }
        }
    }

    private static double square(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return sum;
    }

    @Test
    void generatesWithLogProbsCloseToThoseOfTraining() throws IOException {
        try (Policy policy = Policy.load(Golden.directory(), BFLOAT16);
                Generator generator = new Generator(policy, policy.publish(1), GeneratorOptions.defaults())) {
            Generated generated = generator
                    .submit(GenerationRequest.of(PROMPT, 40, 1, Set.of(), 1))
                    .join();
            int[] all = IntStream.concat(IntStream.of(PROMPT), IntStream.of(generated.tokenIds()))
                    .toArray();
            float[] scores = policy.score(List.of(ScoredSequence.of(
                            all, IntStream.range(PROMPT.length, all.length).toArray(), 1)))
                    .logProbs();
            assertThat(meanDifference(generated.logProbs(), scores)).isLessThan(0.05);
        }
    }

    private static double meanDifference(float[] a, float[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .average()
                .orElseThrow();
    }
}
