package dev.hone.task.task;

import dev.hone.contracts.Topics;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import dev.hone.messaging.Outbox;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Component;

/// Closes a group, once, when each of its samples is judged or given up.
@Component
class GroupCloser {

    private final Replacements replacements;
    private final Outbox outbox;
    private final LedgerMetrics metrics;
    private final Clock clock;

    GroupCloser(Replacements replacements, Outbox outbox, LedgerMetrics metrics, Clock clock) {
        this.replacements = replacements;
        this.outbox = outbox;
        this.metrics = metrics;
        this.clock = clock;
    }

    /// Call with the run's row locked.
    void closeIfSettled(Run run, GroupAttempts of, Phase phase) {
        TaskGroup group = of.group();
        if (group.closed()) {
            return;
        }
        List<Episode> attempts = of.attempts().stream()
                .sorted(Comparator.comparingInt(Episode::sample))
                .toList();
        List<GroupClosed.Member> members = attempts.stream()
                .filter(episode -> episode.state().hasVerdict())
                .map(e -> new GroupClosed.Member(e.sample(), e.attempt(), e.reward(), e.success()))
                .toList();
        List<GroupClosed.GivenUp> givenUp = attempts.stream()
                .filter(episode -> episode.state() == EpisodeState.GIVEN_UP)
                .map(e -> new GroupClosed.GivenUp(e.sample(), e.attempt() + 1, e.reason()))
                .toList();
        if (members.size() + givenUp.size() < group.samples()) {
            return;
        }
        boolean replaced = replacements.replace(run, phase, members);
        group.close(clock.instant(), replaced);
        outbox.publish(
                Topics.GROUP_CLOSED,
                new GroupClosed(
                        attempts.getFirst().key().run(),
                        phase,
                        group.number(),
                        group.task().taskId(),
                        members,
                        givenUp,
                        replaced));
        metrics.closed(phase.purpose(), replaced);
    }
}
