package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.task.Phase;
import dev.hone.tracing.EpisodeTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RunMetersTests {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final RunMeters meters = new RunMeters(registry, EpisodeTraces.none());

    @Test
    void showsEachMetricOfTheNewestPhaseAndNoneThatItDoesNotHave() {
        meters.completed(step("a", 1, Map.of("reward/mean", 0.25, "pass@8/low", 0.5, "tokens/sampled", 100.0)));
        assertThat(value("hone.step.reward.mean", "a")).isEqualTo(0.25);
        assertThat(value("hone.step.pass.at.8.low", "a")).isEqualTo(0.5);

        meters.completed(step("a", 2, Map.of("reward/mean", 0.75, "tokens/sampled", 50.0)));
        assertThat(value("hone.step.reward.mean", "a")).isEqualTo(0.75);
        assertThat(value("hone.step.pass.at.8.low", "a")).isNaN();
        assertThat(value("hone.step", "a")).isEqualTo(2);
        assertThat(registry.get("hone.tokens").tag("kind", "sampled").counter().count())
                .isEqualTo(150);
    }

    @Test
    void keepsTheNewestTwentyRunsAndNothingOfAnOlderOne() {
        for (int run = 0; run < 25; run++) {
            meters.version(new RunId("run-" + run), 0);
            meters.completed(step("run-" + run, 1, Map.of("reward/mean", 0.5, "tokens/prompt", 3.0)));
        }
        assertThat(registry.getMeters().stream()
                        .map(meter -> Objects.requireNonNull(meter.getId().getTag("run")))
                        .collect(Collectors.toSet()))
                .hasSize(RunMeters.KEPT)
                .contains("run-5", "run-24")
                .doesNotContain("run-4");
    }

    @Test
    void saysHowMuchOfTheHostsMemoryIsUsedWhereThereIsNoGpu() {
        meters.memoryOf(Device.cpu());
        double used = memory("used");
        assertThat(used).isPositive().isLessThan(memory("total"));
    }

    private double memory(String kind) {
        return registry.get("hone.device.memory")
                .tag("device", "host")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    private double value(String name, String run) {
        return registry.get(name).tag("run", run).gauge().value();
    }

    private static StepCompleted step(String run, int step, Map<String, Double> metrics) {
        return new StepCompleted(
                new RunId(run),
                new Phase(Purpose.TRAIN, step, 1, false),
                step,
                metrics,
                List.of(),
                List.of(),
                List.of(),
                Instant.EPOCH);
    }
}
