package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationRequest;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

    @Test
    void gradientsOfTheMasterWeightsAreFloat32() throws IOException {
        try (Policy rounded = Policy.load(Golden.directory(), BFLOAT16);
                NDManager step = rounded.manager().newSubManager();
                GradientCollector collector = rounded.newGradientCollector()) {
            collector.backward(rounded.differentiableScores(
                            step, List.of(ScoredSequence.of(PROMPT, new int[] {5, 9}, 1)))
                    .logProbs()
                    .sum());
            for (Parameter parameter : rounded.parameters()) {
                assertThat(parameter.array().getGradient().getDataType()).isEqualTo(DataType.FLOAT32);
            }
        }
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
