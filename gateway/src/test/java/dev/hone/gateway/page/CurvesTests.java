package dev.hone.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.gateway.run.StepRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurvesTests {

    private static StepRow row(String purpose, int step, Map<String, Double> metrics) {
        return new StepRow(purpose, step, step, metrics, 1, 0, 0, Instant.EPOCH);
    }

    @Test
    void trainingAndEvaluationShareTheSteps() {
        Curves curves = Curves.of(
                Chart.ACCURACY,
                List.of(
                        row("eval", 0, Map.of("accuracy", 0.5, "accuracy/low", 0.4, "accuracy/high", 0.6)),
                        row("train", 1, Map.of("accuracy", 0.3)),
                        row("train", 2, Map.of("reward/mean", 1.0))));
        assertThat(curves.bucket()).isOne();
        assertThat(curves.steps()).containsExactly(0, 1);
        Curves.Line training = curves.lines().get(0);
        assertThat(training.values()).containsExactly(null, 0.3);
        assertThat(training.low()).isNull();
        Curves.Line evaluation = curves.lines().get(1);
        assertThat(evaluation.values()).containsExactly(0.5, null);
        assertThat(evaluation.low()).containsExactly(0.4, null);
        assertThat(evaluation.high()).containsExactly(0.6, null);
    }

    @Test
    void aPointOfALongRunIsTheMeanOfAFewStepsWithTheirExtremes() {
        List<StepRow> rows = new ArrayList<>();
        for (int step = 1; step <= 1001; step++) {
            rows.add(row("train", step, Map.of("reward/mean", (double) (step % 3))));
        }
        Curves curves = Curves.of(Chart.REWARD, rows);
        assertThat(curves.bucket()).isEqualTo(3); // ⌈1001 / 500⌉
        assertThat(curves.steps()).hasSize(334).startsWith(3, 6, 9).endsWith(999, 1001);
        Curves.Line line = curves.lines().getFirst();
        assertThat(line.values().getFirst()).isEqualTo(1.0); // of 1, 2 and 0
        assertThat(line.low()).startsWith(0.0);
        assertThat(line.high()).startsWith(2.0);
        assertThat(line.last()).isEqualTo(1.5); // steps 1000 and 1001: 1 and 2
    }

    @Test
    void runsSideBySideAreALineEach() {
        Curves curves = Curves.side(
                Chart.REWARD,
                Chart.REWARD.lines().getFirst(),
                List.of("a", "b"),
                List.of(
                        List.of(row("train", 1, Map.of("reward/mean", 0.1))),
                        List.of(row("train", 2, Map.of("reward/mean", 0.2)))));
        assertThat(curves.key()).isEqualTo("train-reward-mean");
        assertThat(curves.steps()).containsExactly(1, 2);
        assertThat(curves.lines()).extracting(Curves.Line::label).containsExactly("a", "b");
        assertThat(curves.lines().get(1).values()).containsExactly(null, 0.2);
    }
}
