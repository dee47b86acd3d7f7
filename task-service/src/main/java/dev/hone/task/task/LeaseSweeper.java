package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Collectors;
import org.springframework.data.domain.Limit;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Looks for episodes whose lease ran out.
@Component
class LeaseSweeper {

    private static final Limit AT_ONCE = Limit.of(500);

    private final Episodes episodes;
    private final RunLifecycle lifecycle;
    private final Clock clock;

    LeaseSweeper(Episodes episodes, RunLifecycle lifecycle, Clock clock) {
        this.episodes = episodes;
        this.lifecycle = lifecycle;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "${hone.task.sweep-interval}", initialDelayString = "${hone.task.sweep-interval}")
    void sweep() {
        Instant now = clock.instant();
        episodes.overdue(EpisodeState.ISSUED, now, AT_ONCE).stream()
                .collect(Collectors.groupingBy(id -> EpisodeKey.parse(id).run()))
                .forEach((run, overdue) -> lifecycle.onOverdue(run, overdue, now));
    }
}
