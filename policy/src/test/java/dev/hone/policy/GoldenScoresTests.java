package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.hone.policy.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class GoldenScoresTests {
    private static Policy policy;
    private static SafetensorsFile cases;

    @BeforeAll
    static void load() throws IOException {
        policy = Golden.policy();
        cases = Golden.cases();
    }

    @AfterAll
    static void close() throws IOException {
        cases.close();
        policy.close();
    }

    @ParameterizedTest
    @CsvSource({"right, 3", "left, 3", "gap, 1"})
    void logProbsMatchHuggingFace(String batch, int rows) throws IOException {
        float[] expected = cases.floats(batch + ".logp");
        List<Golden.Row> padded = rows(batch, rows);
        float[] scored =
                policy.score(padded.stream().map(Golden.Row::sequence).toList()).logProbs();

        int next = 0;
        for (Golden.Row row : padded) {
            for (int i = 0; i < row.sequence().targets().length; i++) {
                assertThat(scored[next++]).isCloseTo(expected[row.logProbIndex(i)], within(Golden.LOG_PROB));
            }
        }
        assertThat(next).isEqualTo(scored.length);
    }

    /** The entropy is a function of all V logits, so it stands for comparing each of them. */
    @ParameterizedTest
    @CsvSource({"right, 3", "left, 3", "gap, 1"})
    void entropiesMatchTheGoldenLogits(String batch, int rows) throws IOException {
        float[] logits = cases.floats(batch + ".logits");
        int vocabulary = policy.config().vocabularySize();
        List<Golden.Row> padded = rows(batch, rows);
        float[] scored =
                policy.score(padded.stream().map(Golden.Row::sequence).toList()).entropies();

        int next = 0;
        for (Golden.Row row : padded) {
            for (int i = 0; i < row.sequence().targets().length; i++) {
                double expected = entropy(logits, row.logitsIndex(i, vocabulary), vocabulary);
                assertThat((double) scored[next++]).isCloseTo(expected, within(1e-4));
            }
        }
    }

    @Test
    void gradientsMatchHuggingFace() throws IOException {
        JsonNode golden = Golden.json().path("grad");
        List<Golden.Row> padded = rows("right", 3);
        float[] advantages = cases.floats("grad.advantages");
        float[] mask = cases.floats("grad.mask");
        List<Float> weights = new ArrayList<>();
        for (Golden.Row row : padded) {
            for (int i = 0; i < row.sequence().targets().length; i++) {
                int index = row.logProbIndex(i);
                weights.add(mask[index] * advantages[index]);
            }
        }
        float tokens = 0;
        for (float one : mask) {
            tokens += one;
        }
        policy.zeroGradients();
        try (NDManager step = policy.manager().newSubManager();
                GradientCollector collector = policy.newGradientCollector()) {
            float[] weight = new float[weights.size()];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = -weights.get(i) / tokens;
            }
            NDArray logProbs = policy.differentiableScores(
                            step, padded.stream().map(Golden.Row::sequence).toList())
                    .logProbs();
            NDArray loss = logProbs.mul(step.create(weight)).sum();
            collector.backward(loss);
            assertThat(loss.getFloat()).isCloseTo((float) golden.path("loss").asDouble(), within(2e-5f));
        }
        double squares = 0;
        for (Parameter parameter : policy.parameters()) {
            float[] gradient = gradient(parameter);
            double norm = norm(gradient);
            squares += norm * norm;
            double expected =
                    golden.path("param_grad_l2").path(parameter.name()).asDouble();
            assertThat(norm).as(parameter.name()).isCloseTo(expected, within(5e-5 * expected));
            if (cases.names().contains("grad.param." + parameter.name())) {
                assertThat(Golden.maxDifference(gradient, cases.floats("grad.param." + parameter.name())))
                        .as(parameter.name())
                        .isLessThan(Golden.GRADIENT);
            }
        }
        double global = golden.path("global_norm").asDouble();
        assertThat(Math.sqrt(squares)).isCloseTo(global, within(5e-5 * global));
        policy.zeroGradients();
    }

    @Test
    void theOlderConfigSpellingGivesTheSameScores(@TempDir Path directory) throws IOException {
        Golden.copy(directory);
        Files.copy(
                Golden.directory().resolve("config_legacy.json"),
                directory.resolve("config.json"),
                StandardCopyOption.REPLACE_EXISTING);
        List<ScoredSequence> sequences = List.of(rows("right", 1).getFirst().sequence());
        try (Policy legacy = Policy.load(directory, PolicyOptions.cpu())) {
            assertThat(legacy.config()).isEqualTo(policy.config());
            assertThat(legacy.score(sequences).logProbs())
                    .containsExactly(policy.score(sequences).logProbs());
        }
    }

    private static List<Golden.Row> rows(String batch, int rows) throws IOException {
        List<Golden.Row> all = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            all.add(Golden.row(cases, batch, row));
        }
        return all;
    }

    private static double entropy(float[] logits, int from, int count) {
        double max = Double.NEGATIVE_INFINITY;
        for (int v = 0; v < count; v++) {
            max = Math.max(max, logits[from + v]);
        }
        double total = 0;
        for (int v = 0; v < count; v++) {
            total += Math.exp(logits[from + v] - max);
        }
        double entropy = 0;
        for (int v = 0; v < count; v++) {
            double logP = logits[from + v] - max - Math.log(total);
            entropy -= Math.exp(logP) * logP;
        }
        return entropy;
    }

    static float[] gradient(Parameter parameter) {
        try (NDArray gradient = parameter.array().getGradient()) {
            return gradient.toFloatArray();
        }
    }

    private static double norm(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        return Math.sqrt(squares);
    }
}
