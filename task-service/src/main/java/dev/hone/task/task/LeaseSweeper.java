package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Collectors;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Looks for episodes whose lease ran out.
@Component
class LeaseSweeper {

    private static final Limit AT_ONCE = Limit.of(500);

    private final Episodes episodes;
    private final RunLifecycle lifecycle;
    private final TaskProperties properties;
    private final Clock clock;

    LeaseSweeper(Episodes episodes, RunLifecycle lifecycle, TaskProperties properties, Clock clock) {
        this.episodes = episodes;
        this.lifecycle = lifecycle;
        this.properties = properties;
        this.clock = clock;
    }

    /// Time that this service was away counts against nobody: what is in flight gets at least the shortest lease from
    /// the start on.
    @EventListener(ApplicationReadyEvent.class)
    @Transactional
    public void renew() {
        episodes.renew(EpisodeState.ISSUED, clock.instant().plus(properties.lease()));
    }

    @Scheduled(fixedDelayString = "${hone.task.sweep-interval}", initialDelayString = "${hone.task.sweep-interval}")
    public void sweep() {
        Instant now = clock.instant();
        episodes.overdue(EpisodeState.ISSUED, now, AT_ONCE).stream()
                .collect(Collectors.groupingBy(id -> EpisodeKey.parse(id).run()))
                .forEach((run, overdue) -> lifecycle.onOverdue(run, overdue, now));
    }
}
