package dev.hone.gateway.run;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// The newest point of each run's curve as `hone_run_*{run=…}`. Runs that have ended stay among the newest [#SHOWN].
@Component
class RunGauges {

    private static final int SHOWN = 20;

    /// Gauge by purpose and metric.
    private record Source(String purpose, String metric, String gauge) {}

    private static final List<Source> SOURCES = List.of(
            new Source("train", "reward/mean", "hone.run.reward.mean"),
            new Source("train", "throughput/tokens_per_second", "hone.run.tokens.per.second"),
            new Source("eval", "accuracy", "hone.run.accuracy"),
            new Source("eval", "habits/missing_print", "hone.run.missing.print"),
            new Source("eval", "habits/early_answer", "hone.run.early.answer"));

    private final RunLookup lookup;
    private final Curve curve;
    private final Map<Source, MultiGauge> gauges = new LinkedHashMap<>();
    private final MultiGauge step;

    RunGauges(RunLookup lookup, Curve curve, MeterRegistry meters) {
        this.lookup = lookup;
        this.curve = curve;
        for (Source source : SOURCES) {
            gauges.put(
                    source,
                    MultiGauge.builder(source.gauge())
                            .description(source.metric() + " of the run's newest " + source.purpose() + " phase")
                            .register(meters));
        }
        this.step = MultiGauge.builder("hone.run.step")
                .description("Training steps done")
                .register(meters);
    }

    @EventListener(ApplicationReadyEvent.class)
    void refresh() {
        List<Run> shown = lookup.newest(SHOWN);
        Map<String, List<StepRow>> curves = new LinkedHashMap<>();
        shown.forEach(run -> curves.put(run.name(), curve.rows(run.name()).reversed()));
        gauges.forEach((source, gauge) -> gauge.register(
                curves.entrySet().stream()
                        .<MultiGauge.Row<?>>mapMulti((entry, out) -> entry.getValue().stream()
                                .filter(row -> row.purpose().equals(source.purpose())
                                        && row.metrics().containsKey(source.metric()))
                                .findFirst()
                                .ifPresent(row -> out.accept(MultiGauge.Row.of(
                                        Tags.of("run", entry.getKey()),
                                        row.metrics().getOrDefault(source.metric(), Double.NaN)))))
                        .toList(),
                true));
        step.register(
                shown.stream()
                        .<MultiGauge.Row<?>>map(run -> MultiGauge.Row.of(Tags.of("run", run.name()), run.step()))
                        .toList(),
                true);
    }

    /// Shows what the caller's transaction stored, once it has.
    void refreshAfterCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                if (status == STATUS_COMMITTED) {
                    refresh();
                }
            }
        });
    }
}
