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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final GroupAttempts.Loader groups;
    private final IssuedPhases phases;
    private final Attempts attempts;
    private final GroupCloser closer;
    private final LedgerMetrics metrics;
    private final Clock clock;

    Ledger(
            Episodes episodes,
            GroupAttempts.Loader groups,
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

    /// Records verdicts, or why there are none. What was recorded before, or does not count any more, is ignored.
    ///
    /// @param events of this run
    /// @throws DatasetException if a group is to be replaced and the dataset is gone
    void judged(Run run, List<EpisodeJudged> events) {
        Map<String, GroupAttempts> loaded = groups.load(
                events.stream().map(event -> event.episode().groupId()).collect(Collectors.toSet()));
        for (EpisodeJudged event : events) {
            GroupAttempts group = loaded.get(event.episode().groupId());
            Episode episode = group == null ? null : group.attempt(event.episode());
            if (group != null && episode != null) {
                judged(run, group, episode, event);
            } else {
                LOG.warn(
                        "Judged episode {} was never issued; ignored.",
                        event.episode().id());
            }
        }
    }

    private void judged(Run run, GroupAttempts group, Episode episode, EpisodeJudged event) {
        if (!UNSETTLED.contains(episode.state())) {
            return;
        }
        Verdict verdict = event.verdict();
        if (verdict != null) {
            EpisodeState before = episode.state();
            episode.judged(verdict, clock.instant());
            metrics.moved(before, episode);
            supersedeOthers(group, episode);
        } else if (event.failure() != null) {
            move(episode, EpisodeState.FAILED, event.failure());
            againOrGiveUp(run, group, episode, event.failure());
        }
        closer.closeIfSettled(run, group, phase(episode));
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
        String groupId = episode.key().groupId();
        GroupAttempts group =
                Objects.requireNonNull(groups.load(List.of(groupId)).get(groupId));
        move(episode, EpisodeState.EXPIRED, expired);
        againOrGiveUp(run, group, episode, expired);
        closer.closeIfSettled(run, group, phase(episode));
    }

    private void againOrGiveUp(Run run, GroupAttempts group, Episode episode, Failure failure) {
        if (group.at(episode.sample()).stream().anyMatch(other -> other.attempt() > episode.attempt())) {
            move(episode, EpisodeState.SUPERSEDED);
            return;
        }
        RunConfig config = run.config().orElseThrow();
        int next = episode.attempt() + 1;
        if (run.state().terminal()
                || !failure.retryable()
                || next >= config.rollout().maxAttempts()) {
            move(episode, EpisodeState.GIVEN_UP);
            supersedeOthers(group, episode);
            return;
        }
        if (episode.state() == EpisodeState.FAILED) {
            move(episode, EpisodeState.SUPERSEDED);
        }
        TaskGroup row = group.group();
        group.attempts().add(attempts.issue(config, phase(episode), row, row.task(), episode.sample(), next));
    }

    private void supersedeOthers(GroupAttempts group, Episode settled) {
        group.at(settled.sample()).stream()
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
        Map<String, Episode> ofPhase = new HashMap<>();
        episodes.findByRunAndPurposeAndStep(
                        event.run().value(),
                        event.phase().purpose(),
                        event.phase().step())
                .forEach(episode -> ofPhase.put(episode.key().id(), episode));
        event.trained().forEach(key -> move(issued(ofPhase, key), EpisodeState.TRAINED));
        event.evaluated().forEach(key -> move(issued(ofPhase, key), EpisodeState.EVALUATED));
        event.skipped().forEach(skipped -> skip(issued(ofPhase, skipped.episode()), skipped.reason()));
        ofPhase.values().stream()
                .filter(episode -> episode.state() == EpisodeState.JUDGED)
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

    private static Episode issued(Map<String, Episode> ofPhase, EpisodeKey key) {
        Episode episode = ofPhase.get(key.id());
        if (episode == null) {
            throw new IllegalStateException("Episode " + key.id() + " is not in the ledger.");
        }
        return episode;
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
