package dev.hone.judge.rejudgement;

import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.judge.grading.Grader;
import dev.hone.judge.grading.StoredEpisodes;
import dev.hone.judge.verifier.JudgeUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Judges stored episodes again, each set in a thread of its own, a page at a time. What a page gave is kept before the
/// next begins, so that a set goes on where it was when the process ended.
@Component
class Rejudging implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Rejudging.class);

    private static final int PAGE = 500;
    private static final int REMOTE_AT_ONCE = 16;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Rejudgements sets;
    private final StoredEpisodes stored;
    private final Grader grader;
    private final Clock clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Future<?>> running = new ConcurrentHashMap<>();
    private final Map<String, String> waitingFor = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    Rejudging(Rejudgements sets, StoredEpisodes stored, Grader grader, Clock clock) {
        this.sets = sets;
        this.stored = stored;
        this.grader = grader;
        this.clock = clock;
    }

    /// Begins, or goes on with what has come since.
    Rejudgement start(String run, RejudgeRequest request) {
        String id = Rejudgements.id(run, request);
        sets.open(id, run, request, stored.count(run, request.selection()), clock.instant());
        launch(id, run, request);
        return find(run, id).orElseThrow();
    }

    /// Sets that were running when the process ended.
    @EventListener(ApplicationReadyEvent.class)
    public void goOn() {
        sets.running().forEach(set -> launch(set.id(), set.run(), set.request()));
    }

    Optional<Rejudgement> find(String run, String id) {
        return sets.find(run, id).map(set -> set.waitingFor(waitingFor.get(id)));
    }

    private void launch(String id, String run, RejudgeRequest request) {
        running.compute(
                id,
                (key, before) ->
                        before != null && !before.isDone() ? before : threads.submit(() -> judge(id, run, request)));
    }

    private void judge(String id, String run, RejudgeRequest request) {
        try {
            Semaphore places = new Semaphore(
                    grader.remote(request.judge())
                            ? REMOTE_AT_ONCE
                            : Runtime.getRuntime().availableProcessors());
            String after = "";
            while (true) {
                List<EpisodeFinished> page = stored.without(id, run, request.selection(), after, PAGE);
                if (page.isEmpty()) {
                    break;
                }
                sets.keep(id, judge(id, page, request.judge(), places));
                after = page.getLast().episode().id();
            }
            sets.close(id, Rejudgement.State.DONE, null, clock.instant());
        } catch (InterruptedException e) {
            LOG.info("Rejudgement {} of run {} stops; it goes on after the next start.", id, run);
        } catch (RuntimeException | ExecutionException e) {
            LOG.warn("Rejudgement {} of run {} failed", id, run, e);
            sets.close(
                    id,
                    Rejudgement.State.FAILED,
                    "It ended with " + e + "; see judge-service's log, then ask for it again: it goes on from here.",
                    clock.instant());
        } finally {
            waitingFor.remove(id);
        }
    }

    private List<EpisodeJudged> judge(String id, List<EpisodeFinished> page, JudgeConfig judge, Semaphore places)
            throws InterruptedException, ExecutionException {
        List<Future<EpisodeJudged>> verdicts = new ArrayList<>();
        for (EpisodeFinished episode : page) {
            places.acquire();
            verdicts.add(threads.submit(() -> {
                try {
                    return verdict(id, with(judge, episode));
                } finally {
                    places.release();
                }
            }));
        }
        List<EpisodeJudged> judged = new ArrayList<>();
        for (Future<EpisodeJudged> verdict : verdicts) {
            judged.add(verdict.get());
        }
        return judged;
    }

    /// Waits while what the judge needs is away.
    private EpisodeJudged verdict(String id, EpisodeFinished episode) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                EpisodeJudged judged = grader.grade(episode);
                waitingFor.remove(id);
                return judged;
            } catch (JudgeUnavailableException e) {
                waitingFor.put(id, String.valueOf(e.getMessage()));
                Duration wait = e.retryAfter().compareTo(pause) > 0 ? e.retryAfter() : pause;
                if (closing.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new InterruptedException("judge-service stops");
                }
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
            }
        }
    }

    private static EpisodeFinished with(JudgeConfig judge, EpisodeFinished episode) {
        return new EpisodeFinished(
                episode.episode(),
                episode.task(),
                judge,
                episode.failure(),
                episode.output(),
                episode.messages(),
                episode.trajectory(),
                episode.usage(),
                episode.startedAt(),
                episode.finishedAt());
    }

    @Override
    public void close() {
        closing.countDown();
        threads.shutdownNow();
    }
}
