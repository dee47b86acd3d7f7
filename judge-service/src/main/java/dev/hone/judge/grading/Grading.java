package dev.hone.judge.grading;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.judge.verifier.JudgeUnavailableException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// Takes finished episodes: keeps a copy, and judges at once, unless a judge waits for another system; then the episode
/// waits for [LateGrading]. An episode that comes again is here already.
@Service
class Grading {

    private final Grader grader;
    private final Verdicts verdicts;
    private final StoredEpisodes stored;
    private final WaitingEpisodes waiting;
    private final Clock clock;

    Grading(Grader grader, Verdicts verdicts, StoredEpisodes stored, WaitingEpisodes waiting, Clock clock) {
        this.grader = grader;
        this.verdicts = verdicts;
        this.stored = stored;
        this.waiting = waiting;
        this.clock = clock;
    }

    /// @param events in order
    @Transactional
    public void onEpisodesFinished(List<EpisodeFinished> events) {
        Set<String> known = new HashSet<>(
                verdicts.of(events.stream().map(event -> event.episode().id()).toList()));
        List<EpisodeFinished> ended = new ArrayList<>();
        for (EpisodeFinished event : events) {
            if (!known.add(event.episode().id())) {
                continue;
            }
            if (event.failure() == null) {
                ended.add(event);
            } else {
                verdicts.keepFirst(grader.grade(event));
            }
        }
        stored.keep(ended).forEach(this::judge);
    }

    private void judge(EpisodeFinished episode) {
        Instant now = clock.instant();
        if (grader.remote(episode.judge())) {
            waiting.add(episode.episode().id(), now, now);
            return;
        }
        try {
            verdicts.keepFirst(grader.grade(episode));
        } catch (JudgeUnavailableException e) {
            waiting.add(episode.episode().id(), now, now.plus(e.retryAfter()));
        }
    }
}
