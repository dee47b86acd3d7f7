package dev.hone.judge.grading;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.judge.verifier.JudgeUnavailableException;
import java.time.Clock;
import java.time.Instant;
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

    @Transactional
    public void onEpisodeFinished(EpisodeFinished finished) {
        String id = finished.episode().id();
        if (verdicts.has(id)) {
            return;
        }
        if (finished.failure() != null) {
            verdicts.keep(grader.grade(finished));
            return;
        }
        if (!stored.keep(finished)) {
            return;
        }
        Instant now = clock.instant();
        if (grader.remote(finished.judge())) {
            waiting.add(id, now, now);
            return;
        }
        try {
            verdicts.keep(grader.grade(finished));
        } catch (JudgeUnavailableException e) {
            waiting.add(id, now, now.plus(e.retryAfter()));
        }
    }
}
