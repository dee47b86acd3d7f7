package dev.hone.judge.grading;

import dev.hone.judge.verifier.JudgeUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Judges the episodes that wait, several at a time, again and again until each has its verdict. While what a judge
/// needs
/// is away its episodes stay, each with a growing pause, and everybody else's go on.
@Component
class LateGrading implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LateGrading.class);

    private static final int AT_ONCE = 16;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// After so long somebody else may judge it as well; the first verdict counts.
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration TELL_EVERY = Duration.ofSeconds(30);

    private final Grader grader;
    private final Verdicts verdicts;
    private final StoredEpisodes stored;
    private final WaitingEpisodes waiting;
    private final Clock clock;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Instant nextTelling = Instant.EPOCH;

    LateGrading(Grader grader, Verdicts verdicts, StoredEpisodes stored, WaitingEpisodes waiting, Clock clock) {
        this.grader = grader;
        this.verdicts = verdicts;
        this.stored = stored;
        this.waiting = waiting;
        this.clock = clock;
    }

    /// Starts what is due, until nothing is.
    @Scheduled(fixedDelayString = "${hone.judge.late-interval:200ms}")
    public void judgeDue() throws InterruptedException {
        boolean more = true;
        while (more) {
            places.acquire();
            int free = 1 + places.drainPermits();
            int started = 0;
            try {
                List<WaitingEpisodes.Waiting> due = waiting.claim(free, clock.instant(), LEASE);
                for (WaitingEpisodes.Waiting episode : due) {
                    threads.execute(() -> judgeAndLeave(episode));
                    started++;
                }
            } finally {
                places.release(free - started);
            }
            more = started > 0;
        }
    }

    private void judgeAndLeave(WaitingEpisodes.Waiting episode) {
        try {
            judge(episode);
        } finally {
            places.release();
        }
    }

    private void judge(WaitingEpisodes.Waiting episode) {
        try {
            verdicts.keep(grader.grade(stored.get(episode.episodeId())));
        } catch (JudgeUnavailableException e) {
            Duration pause = pause(episode.tries());
            Duration asked = e.retryAfter();
            waiting.postpone(episode.episodeId(), clock.instant().plus(asked.compareTo(pause) > 0 ? asked : pause));
            tell(episode, e);
        } catch (RuntimeException e) {
            // The lease brings it again.
            LOG.warn("Judging {}, which waits since {}, failed", episode.episodeId(), episode.since(), e);
        }
    }

    static Duration pause(int tries) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    private void tell(WaitingEpisodes.Waiting episode, JudgeUnavailableException reason) {
        Instant now = clock.instant();
        if (now.isBefore(nextTelling)) {
            return;
        }
        nextTelling = now.plus(TELL_EVERY);
        LOG.warn(
                "{} episodes wait for a verdict, {} since {}: {}",
                waiting.count(),
                episode.episodeId(),
                episode.since(),
                reason.getMessage());
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
