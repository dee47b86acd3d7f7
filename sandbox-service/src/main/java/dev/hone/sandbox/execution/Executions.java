package dev.hone.sandbox.execution;

import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.sandbox.isolation.Jail;
import dev.hone.sandbox.isolation.JailOutcome;
import dev.hone.sandbox.isolation.Snippet;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/// Takes a slot, runs the snippet, runs it once more if the jail was lost meanwhile, and counts what came of it.
@Service
class Executions {
    private static final Logger log = LoggerFactory.getLogger(Executions.class);
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
                Duration.ofMillis(100),
        Duration.ofMillis(250), Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10),
                Duration.ofSeconds(30)
    };

    private final Jail jail;
    private final Slots slots;
    private final MeterRegistry metrics;
    private final Counter reruns;

    Executions(Jail jail, ExecutionProperties properties, MeterRegistry metrics) {
        this.jail = jail;
        this.metrics = metrics;
        this.slots = new Slots(properties.slotCount(), properties.queueLength(), properties.queueTimeout());
        this.reruns = Counter.builder("sandbox.reruns")
                .description("Calls run again because the jail was lost")
                .tag("isolation", jail.isolation())
                .register(metrics);
        Gauge.builder("sandbox.queue.depth", slots, Slots::waiting)
                .description("Calls waiting for a slot")
                .tag("isolation", jail.isolation())
                .register(metrics);
    }

    /// Calls that wait, as a share of those that may.
    double load() {
        return slots.load();
    }

    ExecutionOutcome execute(Snippet snippet, String episode) {
        Timer.Sample time = Timer.start(metrics);
        ExecutionOutcome outcome = admit(snippet, episode);
        time.stop(Timer.builder("sandbox.executions")
                .description("Calls by outcome, from admission to answer")
                .tag("outcome", outcome.tag())
                .tag("isolation", jail.isolation())
                .serviceLevelObjectives(BUCKETS)
                .register(metrics));
        return outcome;
    }

    private ExecutionOutcome admit(Snippet snippet, String episode) {
        try {
            if (!slots.take()) {
                return new ExecutionOutcome.Rejected(
                        "All slots are taken and %d calls wait; try again later".formatted(slots.waiting()));
            }
            try {
                return run(snippet, episode);
            } finally {
                slots.giveBack();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ExecutionOutcome.Unavailable("The service is stopping; ask another", false);
        }
    }

    private ExecutionOutcome run(Snippet snippet, String episode) throws InterruptedException {
        JailOutcome outcome = jail.run(snippet);
        if (outcome instanceof JailOutcome.Lost(String reason, boolean mayHaveRun) && mayHaveRun) {
            log.warn("A call of {} is run once more: {}", episode, reason);
            reruns.increment();
            outcome = jail.run(snippet);
            if (outcome instanceof JailOutcome.Lost again) {
                outcome = new JailOutcome.Lost(again.reason(), true);
            }
        }
        return switch (outcome) {
            case JailOutcome.Lost(String reason, boolean mayHaveRun) ->
                new ExecutionOutcome.Unavailable(reason, mayHaveRun);
            case JailOutcome.Completed run ->
                new ExecutionOutcome.Completed(new ExecutionResult(
                        run.stdout(),
                        run.stderr(),
                        run.exitCode(),
                        run.timedOut(),
                        run.truncated(),
                        run.duration().toMillis(),
                        jail.isolation()));
        };
    }
}
