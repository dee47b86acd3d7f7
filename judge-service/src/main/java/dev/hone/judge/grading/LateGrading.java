package dev.hone.judge.grading;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Failure;
import dev.hone.contracts.judge.EpisodeJudged;
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
/// needs is away its episodes stay, each with a growing pause, and everybody else's go on. One that has waited for
/// [WaitingProperties#longest()] ends without a verdict.
@Component
class LateGrading implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LateGrading.class);

    private static final int AT_ONCE = 16;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// Of what a server asks for.
    private static final Duration LONGEST_ASKED = Duration.ofMinutes(10);

    /// After so long somebody else may judge it as well; the first verdict counts.
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration TELL_EVERY = Duration.ofSeconds(30);

    private final Grader grader;
    private final Verdicts verdicts;
    private final StoredEpisodes stored;
    private final WaitingEpisodes waiting;
    private final WaitingProperties properties;
    private final Clock clock;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Instant nextTelling = Instant.EPOCH;

    LateGrading(
            Grader grader,
            Verdicts verdicts,
            StoredEpisodes stored,
            WaitingEpisodes waiting,
            WaitingProperties properties,
            Clock clock) {
        this.grader = grader;
        this.verdicts = verdicts;
        this.stored = stored;
        this.waiting = waiting;
        this.properties = properties;
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
                List<WaitingEpisodes.Waiting> due = waiting.claim(free, clock.instant(), LEASE, LONGEST_ASKED);
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
            Instant now = clock.instant();
            if (Duration.between(episode.since(), now).compareTo(properties.longest()) >= 0) {
                verdicts.keep(givenUp(episode, e, now));
            } else {
                waiting.postpone(episode.episodeId(), now.plus(pause(episode.tries(), e.retryAfter())));
                tell(episode, e);
            }
        } catch (RuntimeException e) {
            // The lease brings it again.
            LOG.warn("Judging {}, which waits since {}, failed", episode.episodeId(), episode.since(), e);
        }
    }

    private EpisodeJudged givenUp(WaitingEpisodes.Waiting episode, JudgeUnavailableException reason, Instant now) {
        String why = episode.episodeId() + " waited "
                + Duration.between(episode.since(), now).toMinutes()
                + " minutes for a verdict, longer than hone.judge.waiting.longest: " + reason.getMessage();
        LOG.warn("{}", why);
        return new EpisodeJudged(
                EpisodeKey.parse(episode.episodeId()), null, new Failure("judge-unavailable", why, true), now);
    }

    /// @param tries how often it was tried before
    /// @param asked what the one who is away has asked for; zero if nothing
    static Duration pause(int tries, Duration asked) {
        Duration own = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 10));
        Duration pause = own.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : own;
        Duration heard = asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
        return heard.compareTo(pause) > 0 ? heard : pause;
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
