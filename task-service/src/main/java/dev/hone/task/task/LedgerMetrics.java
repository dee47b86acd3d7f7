package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.tracing.EpisodeTraces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.springframework.stereotype.Component;

/// The ledger's figures: `hone.task.episode.transitions` (attempts that went from one state to another, by purpose;
/// from `none` when they are issued), `hone.task.groups.closed`, `hone.task.groups.replaced` of them, and
/// `hone.task.episodes.in.flight` (attempts whose lease runs).
@Component
class LedgerMetrics {

    static final String TRANSITIONS = "hone.task.episode.transitions";

    private final MeterRegistry registry;
    private final EpisodeTraces traces;
    private final Counter replacedGroups;

    LedgerMetrics(MeterRegistry registry, Episodes episodes, EpisodeTraces traces) {
        this.registry = registry;
        this.traces = traces;
        this.replacedGroups = Counter.builder("hone.task.groups.replaced")
                .description("Training groups in whose place another task was sampled")
                .register(registry);
        Gauge.builder("hone.task.episodes.in.flight", episodes, all -> all.countByState(EpisodeState.ISSUED))
                .description("Attempts whose lease runs")
                // Nobody else may hold the repository's proxy.
                .strongReference(true)
                .register(registry);
    }

    void issued(Episode episode) {
        count("none", episode);
    }

    void moved(EpisodeState from, Episode episode) {
        count(label(from), episode);
        if (episode.state().terminal()) {
            traces.episode(episode.key(), episode.issuedAt(), episode.changedAt(), label(episode.state()));
        }
    }

    private void count(String from, Episode episode) {
        registry.counter(
                        TRANSITIONS,
                        "purpose",
                        episode.key().purpose().label(),
                        "from",
                        from,
                        "to",
                        label(episode.state()))
                .increment();
    }

    static String label(EpisodeState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    void closed(Purpose purpose, boolean replaced) {
        registry.counter("hone.task.groups.closed", "purpose", purpose.label()).increment();
        if (replaced) {
            replacedGroups.increment();
        }
    }
}
