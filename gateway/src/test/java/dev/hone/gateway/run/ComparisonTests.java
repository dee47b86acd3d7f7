package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTests {

    private static RunConfig config(String yaml) {
        return RunConfigReader.read("hone: {" + yaml + "}").config();
    }

    private static StepRow row(String purpose, int step, String metric, double value) {
        return new StepRow(purpose, step, step, Map.of(metric, value), 0, 0, 0, Instant.EPOCH);
    }

    @Test
    void showsTheSettingsThatDifferInTheOrderOfTheRuns() {
        List<Comparison.Setting> settings = Comparison.settings(List.of(
                config("experiment_name: a, seed: 1, task_judge: {weights: {math_answer: 1.0}}"),
                config("experiment_name: b, seed: 2, task_judge: {weights: {math_answer: 1.0, format: 0.5}}")));
        assertThat(settings).extracting(Comparison.Setting::key).containsExactly("seed", "task_judge.weights.format");
        assertThat(settings.get(0).values()).extracting(Object::toString).containsExactly("1", "2");
        assertThat(settings.get(1).values()).extracting(Object::toString).containsExactly("null", "0.5");
    }

    @Test
    void curvesStandSideBySideWithNullWhereARunHasNoPoint() {
        List<List<StepRow>> curves = List.of(
                List.of(row("train", 1, "reward/mean", 0.1), row("train", 2, "reward/mean", 0.2)),
                List.of(row("train", 2, "reward/mean", 0.3), row("eval", 2, "accuracy", 0.4)));
        List<Comparison.Metric> metrics = Comparison.metrics(curves, Set.of());
        assertThat(metrics).extracting(Comparison.Metric::name).containsExactly("reward/mean", "accuracy");
        assertThat(metrics.get(0).purpose()).isEqualTo("train");
        assertThat(metrics.get(0).points())
                .extracting(Comparison.ComparedPoint::step)
                .containsExactly(1, 2);
        assertThat(metrics.get(0).points().get(0).values()).containsExactly(0.1, null);
        assertThat(metrics.get(0).points().get(1).values()).containsExactly(0.2, 0.3);
        assertThat(metrics.get(1).points().getFirst().values()).containsExactly(null, 0.4);
        assertThat(Comparison.metrics(curves, Set.of("accuracy"))).hasSize(1);
    }
}
