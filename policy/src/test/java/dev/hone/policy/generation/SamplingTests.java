package dev.hone.policy.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.policy.Golden;
import dev.hone.policy.Policy;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SamplingTests {
    private static final int DRAWS = 1000;
    /** Token 0 can never be drawn, not even by noise 0. Without it the weights are 1 : 2 : 3 : 4. */
    private static final float[] LOGITS = {
        Float.NEGATIVE_INFINITY, 0, (float) Math.log(2), (float) Math.log(3), (float) Math.log(4)
    };

    private static Policy policy;

    @BeforeAll
    static void load() throws IOException {
        policy = Golden.policy();
    }

    @AfterAll
    static void close() {
        policy.close();
    }

    /** At DRAWS evenly spaced points the inverse CDF gives each token its probability, to one draw. */
    @Test
    void drawsEachTokenAsOftenAsItsProbabilitySays() {
        assertThat(counts(1, 5, 2)).containsExactly(new double[] {0, 100, 200, 300, 400}, within(1.0));
    }

    /** Running sums are kept by blocks of 256; 599 is the last of a shorter one. */
    @Test
    void drawsFromEveryBlockOfALargerVocabulary() {
        float[] row = new float[600];
        Arrays.fill(row, Float.NEGATIVE_INFINITY);
        int[] likely = {255, 256, 300, 599};
        for (int i = 0; i < likely.length; i++) {
            row[likely[i]] = LOGITS[i + 1];
        }
        double[] counts = counts(row, 1, row.length, 2);
        assertThat(Arrays.stream(likely).mapToDouble(token -> counts[token]).toArray())
                .containsExactly(new double[] {100, 200, 300, 400}, within(1.0));
    }

    @Test
    void temperatureSharpensTheDistribution() {
        // At 1/2 the weights are squared: 1, 4, 9, 16 of 30.
        assertThat(counts(2, 5, 2)).containsExactly(new double[] {0, 33, 133, 300, 533}, within(1.0));
    }

    @Test
    void topKKeepsTheMostLikely() {
        // 3 and 4 of 7.
        assertThat(counts(1, 2, 2)).containsExactly(new double[] {0, 0, 0, 429, 571}, within(1.0));
    }

    @Test
    void topPKeepsTheFewestThatReachTheMass() {
        // 0.4 + 0.3 reach 0.6 but not 0.75, which needs 0.2 more.
        assertThat(counts(1, 5, 0.6f)).containsExactly(new double[] {0, 0, 0, 429, 571}, within(1.0));
        assertThat(counts(1, 5, 0.75f)).containsExactly(new double[] {0, 0, 222, 333, 444}, within(1.0));
    }

    @Test
    void logProbsAreThoseOfTheTemperedDistribution() {
        try (NDManager step = policy.manager().newSubManager()) {
            NDList drawn = sample(step, LOGITS, new double[] {-1, 0, 0.999}, 2, 5, 2);
            assertThat(drawn.get(0).toLongArray()).containsExactly(4, 1, 4);
            assertThat(drawn.get(1).toFloatArray())
                    .containsExactly(
                            new float[] {
                                (float) Math.log(16 / 30.), (float) Math.log(1 / 30.), (float) Math.log(16 / 30.)
                            },
                            within(1e-6f));
        }
    }

    @Test
    void noiseIsUniformAndAFunctionOfKeyAndPosition() {
        double[] bins = new double[10];
        double correlation = 0;
        for (int i = 0; i < 100_000; i++) {
            double u = Noise.uniform(42, i);
            bins[(int) (u * 10)]++;
            correlation += (u - 0.5) * (Noise.uniform(43, i) - 0.5);
        }
        // Standard deviations: 95 draws in a bin; 1 / 12 / sqrt(100000) in the mean product.
        assertThat(bins).containsExactly(filled(10_000), within(500.0));
        assertThat(correlation / 100_000).isCloseTo(0, within(5 / 12. / Math.sqrt(100_000)));
        assertThat(Noise.uniform(42, 7)).isEqualTo(Noise.uniform(42, 7)).isNotEqualTo(Noise.uniform(42, 8));
    }

    private static double[] filled(double value) {
        double[] all = new double[10];
        Arrays.fill(all, value);
        return all;
    }

    private static double[] counts(float cooling, int topK, float topP) {
        return counts(LOGITS, cooling, topK, topP);
    }

    private static double[] counts(float[] row, float cooling, int topK, float topP) {
        double[] u = new double[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            u[i] = (i + 0.5) / DRAWS;
        }
        double[] counts = new double[row.length];
        try (NDManager step = policy.manager().newSubManager()) {
            for (long token : sample(step, row, u, cooling, topK, topP).get(0).toLongArray()) {
                counts[(int) token]++;
            }
        }
        return counts;
    }

    private static NDList sample(NDManager step, float[] row, double[] u, float cooling, int topK, float topP) {
        int rows = u.length;
        float[] logits = new float[rows * row.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = row[i % row.length];
        }
        float[] coolings = new float[rows];
        Arrays.fill(coolings, cooling);
        long[] topKs = new long[rows];
        Arrays.fill(topKs, topK);
        float[] topPs = new float[rows];
        Arrays.fill(topPs, topP);
        boolean filtered = topK < row.length || topP <= 1;
        return policy.program()
                .call(
                        step,
                        "sample",
                        step.create(logits, new Shape(rows, row.length)),
                        step.create(u),
                        step.create(coolings),
                        cooling != 1,
                        true,
                        filtered,
                        step.create(topKs),
                        step.create(topPs));
    }
}
