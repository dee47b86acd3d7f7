package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Looks for episodes whose lease ran out.
@Component
class LeaseSweeper {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseSweeper.class);
    private static final Limit AT_ONCE = Limit.of(500);

    private final Episodes episodes;
    private final RunLifecycle lifecycle;
    private final TaskProperties properties;
    private final Clock clock;
    private final ClockJumps jumps;

    LeaseSweeper(Episodes episodes, RunLifecycle lifecycle, TaskProperties properties, Clock clock, ClockJumps jumps) {
        this.episodes = episodes;
        this.lifecycle = lifecycle;
        this.properties = properties;
        this.clock = clock;
        this.jumps = jumps;
    }

    /// Time that this service was away counts against nobody: what is in flight gets at least the shortest lease from
    /// the start on.
    @EventListener(ApplicationReadyEvent.class)
    @Transactional
    public void renew() {
        episodes.renew(EpisodeState.ISSUED, clock.instant().plus(properties.lease()));
    }

    /// A clock that is set, on or back, and a machine that slept, cost no attempt: leases go with the clock.
    private void follow(Duration jump) {
        if (!jump.isZero()) {
            int moved = episodes.move(EpisodeState.ISSUED.name(), jump.toSeconds());
            LOG.warn(
                    "The clock jumped by {} s; the leases of {} attempts went with it. Set it by time synchronisation"
                            + " that slews.",
                    jump.toSeconds(),
                    moved);
        }
    }

    @Scheduled(fixedDelayString = "${hone.task.sweep-interval}", initialDelayString = "${hone.task.sweep-interval}")
    public void sweep() {
        follow(jumps.next());
        Instant now = clock.instant();
        episodes.overdue(EpisodeState.ISSUED, now, AT_ONCE).stream()
                .collect(Collectors.groupingBy(id -> EpisodeKey.parse(id).run()))
                .forEach((run, overdue) -> lifecycle.onOverdue(run, overdue, now));
    }
}
