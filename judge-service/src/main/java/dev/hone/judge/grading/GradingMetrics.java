package dev.hone.judge.grading;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Component;

/// Verdicts, counted.
@Component
class GradingMetrics {

    private final MeterRegistry meters;

    GradingMetrics(MeterRegistry meters, WaitingEpisodes waiting) {
        this.meters = meters;
        Gauge.builder("hone.judge.waiting", waiting, WaitingEpisodes::count)
                .description("Episodes that wait for what their judge needs")
                .register(meters);
    }

    void count(EpisodeJudged judged) {
        String purpose = judged.episode().purpose().label();
        meters.counter("hone.judge.verdicts", "purpose", purpose, "cause", JudgedEpisode.causeOf(judged))
                .increment();
        Verdict verdict = judged.verdict();
        if (verdict == null) {
            return;
        }
        DistributionSummary.builder("hone.judge.reward")
                .description("Rewards given; its mean is sum / count")
                .tag("purpose", purpose)
                .register(meters)
                .record(verdict.reward());
        for (Verdict.Part part : verdict.parts()) {
            DistributionSummary.builder("hone.judge.part")
                    .description("Scores of a reward's part, before its weight; its mean is sum / count")
                    .tag("purpose", purpose)
                    .tag("part", part.name())
                    .register(meters)
                    .record(part.score());
        }
        verdict.habits()
                .forEach((habit, shown) -> meters.counter("hone.judge.habits", "purpose", purpose, "habit", habit)
                        .increment(shown ? 1 : 0));
    }
}
