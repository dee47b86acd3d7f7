package dev.hone.learner.training;

import ai.djl.Device;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.learner.batch.TrainedEpisode;
import dev.hone.learner.model.DeviceMemory;
import dev.hone.tracing.EpisodeTraces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The curve as metrics to scrape: each metric of the newest phase as `hone_step_*`, tokens and episodes counted, and
/// the updates as spans of the episodes that they were made of. Of the newest [#KEPT] runs; an older one's metrics are
/// taken out.
@Component
class RunMeters {

    /// How many runs have metrics at a time, so that the label `run` has no more values.
    static final int KEPT = 20;

    /// Whether the newest attempt to write a checkpoint failed.
    private static final String UNSAVED = "hone.checkpoint.failing";

    private final MeterRegistry registry;
    private final EpisodeTraces traces;
    private final Map<RunId, OfRun> runs = new LinkedHashMap<>();

    RunMeters(MeterRegistry registry, EpisodeTraces traces) {
        this.registry = registry;
        this.traces = traces;
    }

    /// What is registered for a run.
    private record OfRun(Map<Tags, Map<String, AtomicReference<Double>>> values, List<Meter> meters) {}

    synchronized void completed(StepCompleted step) {
        OfRun of = of(step.run());
        Tags tags = Tags.of(
                "run", step.run().value(), "purpose", step.phase().purpose().label());
        Map<String, Double> metrics = step.metrics();
        // What the newest phase does not have is not the one's before.
        of.values.getOrDefault(tags, Map.of()).values().forEach(value -> value.set(Double.NaN));
        metrics.forEach((name, value) -> gauge(of, gaugeOf(name), tags, value));
        if (step.phase().purpose() == Purpose.TRAIN) {
            gauge(of, "hone.step", Tags.of("run", step.run().value()), (double)
                    step.phase().step());
        }
        count(of, "hone.tokens", tags.and("kind", "prompt"), metrics.get("tokens/prompt"));
        count(of, "hone.tokens", tags.and("kind", "sampled"), metrics.get("tokens/sampled"));
        count(of, "hone.episodes", tags.and("fate", "trained"), (double)
                step.trained().size());
        count(of, "hone.episodes", tags.and("fate", "skipped"), (double)
                step.skipped().size());
        count(of, "hone.episodes", tags.and("fate", "too_stale"), metrics.get("episodes/too_stale"));
        count(of, "hone.episodes", tags.and("fate", "given_up"), metrics.get("episodes/given_up"));
    }

    /// Name to scrape of a phase's metric: `hone.step.reward.mean` of `reward/mean`, `hone.step.pass.at.8` of `pass@8`.
    static String gaugeOf(String metric) {
        return "hone.step." + metric.replace("@", ".at.").replace('/', '.');
    }

    /// The version that generates.
    synchronized void version(RunId run, int version) {
        gauge(of(run), "hone.policy.version", Tags.of("run", run.value()), (double) version);
    }

    /// A checkpoint was written.
    synchronized void saved(RunId run) {
        gauge(of(run), UNSAVED, Tags.of("run", run.value()), 0.0);
    }

    /// A checkpoint could not be written.
    synchronized void unsaved(RunId run) {
        gauge(of(run), UNSAVED, Tags.of("run", run.value()), 1.0);
    }

    /// An update that has just been done.
    ///
    /// @param took seconds
    void trained(List<TrainedEpisode> episodes, double took) {
        Instant end = Instant.now();
        Instant start = end.minus(Duration.ofNanos(Math.round(took * 1e9)));
        episodes.forEach(episode -> traces.during(episode.key(), "train", start, end, null));
    }

    /// Memory of the device that trains and generates, of all who use it.
    void memoryOf(Device device) {
        for (String kind : new String[] {"used", "total"}) {
            Gauge.builder("hone.device.memory", device, it -> DeviceMemory.now(it, kind.equals("used")))
                    .description("Memory of the device that trains: of the GPU, or of the host")
                    .baseUnit("bytes")
                    .strongReference(true)
                    .tag("device", device.isGpu() ? "gpu" + device.getDeviceId() : "host")
                    .tag("kind", kind)
                    .register(registry);
        }
    }

    private OfRun of(RunId run) {
        OfRun known = runs.get(run);
        if (known != null) {
            return known;
        }
        if (runs.size() == KEPT) {
            Iterator<OfRun> oldest = runs.values().iterator();
            oldest.next().meters().forEach(registry::remove);
            oldest.remove();
        }
        OfRun fresh = new OfRun(new HashMap<>(), new ArrayList<>());
        runs.put(run, fresh);
        return fresh;
    }

    private void gauge(OfRun run, String name, Tags tags, double value) {
        run.values
                .computeIfAbsent(tags, key -> new HashMap<>())
                .computeIfAbsent(name, key -> {
                    AtomicReference<Double> held = new AtomicReference<>(value);
                    run.meters.add(Gauge.builder(name, held, AtomicReference::get)
                            .tags(tags)
                            .register(registry));
                    return held;
                })
                .set(value);
    }

    private void count(OfRun run, String name, Tags tags, @Nullable Double amount) {
        if (amount != null) {
            Counter counter = Counter.builder(name).tags(tags).register(registry);
            if (!run.meters.contains(counter)) {
                run.meters.add(counter);
            }
            counter.increment(amount);
        }
    }
}
