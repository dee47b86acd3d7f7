package dev.hone.learner.follow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/// What following comes to, for scraping.
@Component
class FollowerMeters {
    /// How many runs have a version to scrape at a time; the oldest goes.
    private static final int KEPT = 20;

    private final MeterRegistry registry;
    private final Map<String, Version> versions = new LinkedHashMap<>();

    /// The version of a run, and what shows it.
    private record Version(AtomicInteger held, Meter meter) {}

    FollowerMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /// These weights generate from now on.
    ///
    /// @param took from the first request for them
    synchronized void followed(Target target, Duration took) {
        Timer.builder("hone.policy.server.follow").register(registry).record(took);
        String run = target.run().value();
        if (!versions.containsKey(run) && versions.size() == KEPT) {
            Iterator<Version> oldest = versions.values().iterator();
            registry.remove(oldest.next().meter());
            oldest.remove();
        }
        versions.computeIfAbsent(run, name -> {
                    AtomicInteger held = new AtomicInteger();
                    return new Version(
                            held,
                            Gauge.builder("hone.policy.version", held, AtomicInteger::get)
                                    .tag("run", name)
                                    .register(registry));
                })
                .held()
                .set(target.version());
    }

    void refused(Refusal refusal) {
        Counter.builder("hone.policy.server.refusals")
                .tag("reason", refusal.label())
                .register(registry)
                .increment();
    }
}
