package dev.hone.learner.follow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/// What following comes to, for scraping.
@Component
class FollowerMeters {
    private final MeterRegistry registry;
    private final Map<String, AtomicInteger> versions = new ConcurrentHashMap<>();

    FollowerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// These weights generate from now on.
    ///
    /// @param took from the first request for them
    void followed(Target target, Duration took) {
        Timer.builder("hone.policy.server.follow").register(registry).record(took);
        String run = target.run().value();
        versions.computeIfAbsent(run, name -> {
                    AtomicInteger held = new AtomicInteger();
                    Gauge.builder("hone.policy.version", held, AtomicInteger::get)
                            .tag("run", name)
                            .register(registry);
                    return held;
                })
                .set(target.version());
    }

    void refused(Refusal refusal) {
        Counter.builder("hone.policy.server.refusals")
                .tag("reason", refusal.label())
                .register(registry)
                .increment();
    }
}
