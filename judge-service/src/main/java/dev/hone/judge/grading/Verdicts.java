package dev.hone.judge.grading;

import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.messaging.Outbox;
import java.util.Collection;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Keeps and tells a verdict: its row and its event commit together, once for each episode.
@Component
class Verdicts {

    private final JudgedEpisodes episodes;
    private final WaitingEpisodes waiting;
    private final Outbox outbox;
    private final GradingMetrics metrics;

    Verdicts(JudgedEpisodes episodes, WaitingEpisodes waiting, Outbox outbox, GradingMetrics metrics) {
        this.episodes = episodes;
        this.waiting = waiting;
        this.outbox = outbox;
        this.metrics = metrics;
    }

    /// Which of the episodes have a verdict, or a failure.
    Set<String> of(Collection<String> episodeIds) {
        return episodes.idsIn(episodeIds);
    }

    /// Whoever judged it first counts.
    @Transactional
    public void keep(EpisodeJudged judged) {
        String id = judged.episode().id();
        waiting.remove(id);
        if (!episodes.existsById(id)) {
            keepFirst(judged);
        }
    }

    /// Keeps what has none, in the caller's transaction.
    void keepFirst(EpisodeJudged judged) {
        episodes.save(new JudgedEpisode(judged));
        outbox.publish(Topics.EPISODE_JUDGED, judged);
        metrics.count(judged);
    }
}
