package dev.hone.learner.training;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The curve as metrics to scrape: the last value of each phase, and tokens and episodes counted.
@Component
class RunMeters {
    private final MeterRegistry registry;
    private final Map<String, AtomicReference<Double>> values = new ConcurrentHashMap<>();

    RunMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    void completed(StepCompleted step) {
        Tags tags = Tags.of(
                "run", step.run().value(), "purpose", step.phase().purpose().label());
        Map<String, Double> metrics = step.metrics();
        if (step.phase().purpose() == Purpose.TRAIN) {
            gauge("hone.reward.mean", Tags.of("run", step.run().value()), metrics.get("reward/mean"));
            gauge("hone.step", Tags.of("run", step.run().value()), (double)
                    step.phase().step());
        }
        gauge("hone.accuracy", tags, metrics.get("accuracy"));
        gauge("hone.habit", tags.and("habit", "missing_print"), metrics.get("habits/missing_print"));
        gauge("hone.habit", tags.and("habit", "early_answer"), metrics.get("habits/early_answer"));
        for (String part : new String[] {"generate", "tool", "train", "publish", "step"}) {
            gauge("hone.step.seconds", tags.and("part", part), metrics.get("time/" + part));
        }
        gauge("hone.logprob.gap.mean", tags, metrics.get("logprob_gap/mean"));
        count("hone.tokens", tags.and("kind", "prompt"), metrics.get("tokens/prompt"));
        count("hone.tokens", tags.and("kind", "sampled"), metrics.get("tokens/sampled"));
        count("hone.episodes", tags.and("fate", "trained"), (double)
                step.trained().size());
        count("hone.episodes", tags.and("fate", "skipped"), (double)
                step.skipped().size());
        count("hone.episodes", tags.and("fate", "too_stale"), metrics.get("episodes/too_stale"));
        count("hone.episodes", tags.and("fate", "given_up"), metrics.get("episodes/given_up"));
        gauge("hone.staleness.max", tags, metrics.get("staleness/max"));
    }

    /// The version that generates.
    void version(RunId run, int version) {
        gauge("hone.policy.version", Tags.of("run", run.value()), (double) version);
    }

    private void gauge(String name, Tags tags, @Nullable Double value) {
        if (value == null) {
            return;
        }
        values.computeIfAbsent(name + tags, key -> {
                    AtomicReference<Double> held = new AtomicReference<>(value);
                    Gauge.builder(name, held, AtomicReference::get).tags(tags).register(registry);
                    return held;
                })
                .set(value);
    }

    private void count(String name, Tags tags, @Nullable Double amount) {
        if (amount != null) {
            Counter.builder(name).tags(tags).register(registry).increment(amount);
        }
    }
}
