package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Phase;
import dev.hone.task.dataset.DatasetException;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// What becomes of issued episodes. Every method is called with the run's row locked, so that of two events about one
/// sample the second sees what the first did.
///
/// INVARIANT: of the attempts at a sample at most one has a verdict, and never one beside one that is given up.
@Component
class Ledger {

    /// Reason of an attempt whose lease ran out.
    static final String LEASE_EXPIRED = "lease-expired";

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
    private static final Set<EpisodeState> UNSETTLED =
            Set.of(EpisodeState.ISSUED, EpisodeState.EXPIRED, EpisodeState.FAILED);

    private final Episodes episodes;
    private final TaskGroups groups;
    private final IssuedPhases phases;
    private final Attempts attempts;
    private final GroupCloser closer;
    private final LedgerMetrics metrics;
    private final Clock clock;

    Ledger(
            Episodes episodes,
            TaskGroups groups,
            IssuedPhases phases,
            Attempts attempts,
            GroupCloser closer,
            LedgerMetrics metrics,
            Clock clock) {
        this.episodes = episodes;
        this.groups = groups;
        this.phases = phases;
        this.attempts = attempts;
        this.closer = closer;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Records a verdict, or why there is none. What was recorded before, or does not count any more, is ignored.
    ///
    /// @throws DatasetException if a group is to be replaced and the dataset is gone
    void judged(Run run, EpisodeJudged event) {
        Optional<Episode> found = episodes.findById(event.episode().id());
        if (found.isEmpty()) {
            LOG.warn(
                    "Judged episode {} was never issued; ignored.",
                    event.episode().id());
            return;
        }
        Episode episode = found.get();
        if (!UNSETTLED.contains(episode.state())) {
            return;
        }
        Verdict verdict = event.verdict();
        if (verdict != null) {
            EpisodeState before = episode.state();
            episode.judged(verdict, clock.instant());
            metrics.moved(before, episode);
            supersedeOthers(episode);
        } else if (event.failure() != null) {
            move(episode, EpisodeState.FAILED, event.failure());
            againOrGiveUp(run, episode, event.failure());
        }
        closer.closeIfSettled(run, group(episode), phase(episode));
    }

    /// Ends the episode's lease if it has run out.
    ///
    /// @throws DatasetException if a group is to be replaced and the dataset is gone
    void expire(Run run, String id, Instant now) {
        Episode episode = episodes.findById(id).filter(e -> e.overdue(now)).orElse(null);
        if (episode == null) {
            return;
        }
        Failure expired = new Failure(
                LEASE_EXPIRED,
                "No verdict by its deadline (attempt " + episode.attempt()
                        + "); see whether rollout- and judge-service run, or raise rollout.episode_timeout.",
                true);
        move(episode, EpisodeState.EXPIRED, expired);
        againOrGiveUp(run, episode, expired);
        closer.closeIfSettled(run, group(episode), phase(episode));
    }

    private void againOrGiveUp(Run run, Episode episode, Failure failure) {
        if (attemptsAtSample(episode).stream().anyMatch(other -> other.attempt() > episode.attempt())) {
            move(episode, EpisodeState.SUPERSEDED);
            return;
        }
        RunConfig config = run.config().orElseThrow();
        int next = episode.attempt() + 1;
        if (run.state().terminal()
                || !failure.retryable()
                || next >= config.rollout().maxAttempts()) {
            move(episode, EpisodeState.GIVEN_UP);
            supersedeOthers(episode);
            return;
        }
        if (episode.state() == EpisodeState.FAILED) {
            move(episode, EpisodeState.SUPERSEDED);
        }
        TaskGroup group = group(episode);
        attempts.issue(config, phase(episode), group, group.task(), episode.sample(), next);
    }

    private void supersedeOthers(Episode settled) {
        attemptsAtSample(settled).stream()
                .filter(other -> other.attempt() != settled.attempt() && UNSETTLED.contains(other.state()))
                .forEach(other -> move(other, EpisodeState.SUPERSEDED));
    }

    /// Records what the learner made of a phase's episodes.
    ///
    /// @return whether this is news
    boolean stepCompleted(StepCompleted event) {
        IssuedPhase phase = phases.findById(IssuedPhase.id(
                        event.run(), event.phase().purpose(), event.phase().step()))
                .orElse(null);
        if (phase == null) {
            LOG.warn("Run {}: {} was completed but never issued; ignored.", event.run(), event.phase());
            return false;
        }
        if (phase.complete()) {
            return false;
        }
        event.trained().forEach(key -> move(episode(key), EpisodeState.TRAINED));
        event.evaluated().forEach(key -> move(episode(key), EpisodeState.EVALUATED));
        event.skipped().forEach(skipped -> skip(episode(skipped.episode()), skipped.reason()));
        episodes.inPhase(
                        event.run().value(),
                        event.phase().purpose(),
                        event.phase().step(),
                        EpisodeState.JUDGED)
                .forEach(episode -> skip(episode, "unused"));
        phase.completed(clock.instant());
        return true;
    }

    private void skip(Episode episode, String reason) {
        move(
                episode,
                EpisodeState.SKIPPED,
                new Failure(
                        reason,
                        "The learner left it out of step " + episode.key().step() + ".",
                        false));
    }

    /// Gives up everything that is in flight; groups are not closed any more.
    void giveUp(Run run, String code, String why) {
        List<Episode> open = episodes.findByRunAndStateIn(run.id().value(), UNSETTLED);
        open.stream()
                .collect(Collectors.groupingBy(episode -> episode.key().sampleId()))
                .values()
                .forEach(sample -> {
                    sample.sort(Comparator.comparingInt(Episode::attempt).reversed());
                    move(sample.getFirst(), EpisodeState.GIVEN_UP, new Failure(code, why, false));
                    sample.stream().skip(1).forEach(older -> move(older, EpisodeState.SUPERSEDED));
                });
    }

    private List<Episode> attemptsAtSample(Episode episode) {
        return episodes.findByGroupId(episode.key().groupId()).stream()
                .filter(other -> other.sample() == episode.sample())
                .toList();
    }

    private Episode episode(EpisodeKey key) {
        return episodes.findById(key.id())
                .orElseThrow(() -> new IllegalStateException("Episode " + key.id() + " is not in the ledger."));
    }

    private TaskGroup group(Episode episode) {
        return groups.findById(episode.key().groupId()).orElseThrow();
    }

    private Phase phase(Episode episode) {
        EpisodeKey key = episode.key();
        return phases.findById(IssuedPhase.id(key.run(), key.purpose(), key.step()))
                .orElseThrow()
                .phase();
    }

    private void move(Episode episode, EpisodeState next) {
        EpisodeState before = episode.state();
        episode.to(next, clock.instant());
        metrics.moved(before, episode);
    }

    private void move(Episode episode, EpisodeState next, Failure reason) {
        EpisodeState before = episode.state();
        episode.to(next, reason.code(), reason.message(), clock.instant());
        metrics.moved(before, episode);
    }
}
