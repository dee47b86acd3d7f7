package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/// The ledger's figures: `hone.task.episodes` (attempts that came into a state, by purpose and state),
/// `hone.task.groups.closed` and `hone.task.episodes.in.flight` (attempts whose lease runs).
@Component
class LedgerMetrics {

    private final MeterRegistry registry;

    LedgerMetrics(MeterRegistry registry, Episodes episodes) {
        this.registry = registry;
        Gauge.builder("hone.task.episodes.in.flight", episodes, all -> all.countByState(EpisodeState.ISSUED))
                .description("Attempts whose lease runs")
                .register(registry);
    }

    void moved(Episode episode) {
        registry.counter(
                        "hone.task.episodes",
                        "purpose",
                        episode.key().purpose().label(),
                        "state",
                        episode.state().name().toLowerCase(Locale.ROOT))
                .increment();
    }

    void closed(Purpose purpose) {
        registry.counter("hone.task.groups.closed", "purpose", purpose.label()).increment();
    }
}
