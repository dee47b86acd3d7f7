package dev.hone.judge.grading;

import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.messaging.Outbox;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// Judges an episode once: its row and its event commit together, and an episode that comes again has both already.
@Service
class Grading {

    private final Grader grader;
    private final JudgedEpisodes episodes;
    private final Outbox outbox;
    private final MeterRegistry meters;

    Grading(Grader grader, JudgedEpisodes episodes, Outbox outbox, MeterRegistry meters) {
        this.grader = grader;
        this.episodes = episodes;
        this.outbox = outbox;
        this.meters = meters;
    }

    @Transactional
    public void onEpisodeFinished(EpisodeFinished finished) {
        if (episodes.existsById(finished.episode().id())) {
            return;
        }
        EpisodeJudged judged = grader.grade(finished);
        episodes.save(new JudgedEpisode(judged));
        outbox.publish(Topics.EPISODE_JUDGED, judged);
        count(judged);
    }

    private void count(EpisodeJudged judged) {
        String purpose = judged.episode().purpose().label();
        meters.counter("hone.judge.verdicts", "purpose", purpose, "cause", JudgedEpisode.causeOf(judged))
                .increment();
        if (judged.verdict() != null) {
            DistributionSummary.builder("hone.judge.reward")
                    .description("Rewards given; its mean is sum / count")
                    .tag("purpose", purpose)
                    .register(meters)
                    .record(judged.verdict().reward());
        }
    }
}
