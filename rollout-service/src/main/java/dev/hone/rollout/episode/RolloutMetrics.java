package dev.hone.rollout.episode;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.tracing.EpisodeTraces;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/// What operators see: docs/metrics.md.
@Component
class RolloutMetrics {

    private final MeterRegistry registry;
    private final EpisodeTraces traces;

    RolloutMetrics(MeterRegistry registry, Episodes episodes, EpisodeTraces traces) {
        this.registry = registry;
        this.traces = traces;
        Gauge.builder("hone.rollout.queue.depth", () -> episodes.countByState(EpisodeState.QUEUED))
                .description("Episodes that wait for a worker")
                .register(registry);
    }

    /// @param active episodes that run now
    void watchWorkers(Supplier<Number> active) {
        Gauge.builder("hone.rollout.workers.active", active)
                .description("Episodes that run in this process")
                .register(registry);
    }

    void count(EpisodeFinished finished) {
        EpisodeFinished.Usage usage = finished.usage();
        String failure = finished.failure() == null ? null : finished.failure().code();
        traces.during(finished.episode(), "rollout", finished.startedAt(), finished.finishedAt(), failure);
        registry.counter("hone.rollout.episodes", "outcome", failure == null ? "finished" : failure)
                .increment();
        registry.counter("hone.rollout.turns").increment(usage.turns());
        registry.counter("hone.rollout.tool.calls").increment(usage.toolCalls());
        registry.counter("hone.rollout.tool.calls.malformed").increment(usage.malformed());
        registry.counter("hone.rollout.tokens.sampled").increment(usage.sampledTokens());
        registry.timer("hone.rollout.generate").record(Duration.ofMillis(usage.generateMillis()));
        registry.timer("hone.rollout.tool").record(Duration.ofMillis(usage.toolMillis()));
        registry.timer("hone.rollout.episode").record(Duration.between(finished.startedAt(), finished.finishedAt()));
    }
}
