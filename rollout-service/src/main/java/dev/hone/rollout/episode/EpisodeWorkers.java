package dev.hone.rollout.episode;

import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.tracing.LogContext;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/// The workers of this process: one thread hands out episodes, each runs on a thread of its own, one renews their
/// leases and ends those that are this process's no longer: cancelled, or another's. Stopping interrupts them and gives
/// their episodes back; those of a process that dies are run again once the leases are over.
@Component
class EpisodeWorkers implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(EpisodeWorkers.class);

    private final EpisodeQueue queue;
    private final EpisodeRunner runner;
    private final WorkSignal signal;
    private final RolloutMetrics metrics;
    private final RolloutProperties properties;
    private final UUID worker = UUID.randomUUID();
    private final Semaphore free;
    private final ConcurrentMap<String, Work> running = new ConcurrentHashMap<>();
    private ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile CountDownLatch stopped = new CountDownLatch(0);

    EpisodeWorkers(
            EpisodeQueue queue,
            EpisodeRunner runner,
            WorkSignal signal,
            RolloutMetrics metrics,
            RolloutProperties properties) {
        this.queue = queue;
        this.runner = runner;
        this.signal = signal;
        this.metrics = metrics;
        this.properties = properties;
        this.free = new Semaphore(properties.workers());
        metrics.watchWorkers(() -> properties.workers() - free.availablePermits());
    }

    /// One episode on its thread.
    private final class Work extends FutureTask<Void> {

        private final String id;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Work(TaskIssued issued, Consumer<EpisodeTuner> opened) {
            super(() -> {
                runAndStore(issued, opened);
                return null;
            });
            id = issued.episode().id();
        }

        @Override
        protected void setException(Throwable failure) {
            super.setException(failure);
            if (isRunning() && !(failure instanceof InterruptedException)) {
                LOG.error("Episode {} could not be stored; its lease ends and it is run again", id, failure);
            }
        }

        @Override
        protected void done() {
            running.remove(id, this);
            free.release();
            signal.raise();
            ended.complete(null);
        }
    }

    @Override
    public synchronized void start() {
        if (threads.isShutdown()) {
            threads = Executors.newVirtualThreadPerTaskExecutor();
        }
        stopped = new CountDownLatch(1);
        threads.execute(this::handOut);
        threads.execute(this::renewLeases);
    }

    @Override
    public synchronized void stop() {
        stopped.countDown();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("{} episodes did not stop within 5 s; they are run again nevertheless.", running.size());
            }
            queue.release(worker);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Episodes could not be given back ({}); they are run again when their leases end.", e.toString());
        }
    }

    @Override
    public boolean isRunning() {
        return stopped.getCount() > 0;
    }

    private void handOut() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                int most = runner.hasRoom() ? free.availablePermits() : 0;
                int taken = most == 0 ? 0 : handOut(most);
                if (taken == 0) {
                    signal.await(properties.pollInterval());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!isRunning()) {
                    return;
                }
                LOG.warn("No episodes could be taken: {}; trying again", e.toString());
                await();
            }
        }
    }

    private int handOut(int most) {
        int taken = 0;
        for (TaskIssued issued : queue.claim(worker, running.keySet(), most, properties.lease())) {
            free.acquireUninterruptibly();
            taken++;
            work(issued, tuner -> {});
        }
        return taken;
    }

    private Work work(TaskIssued issued, Consumer<EpisodeTuner> opened) {
        Work work = new Work(issued, opened);
        running.put(work.id, work);
        try {
            threads.execute(work);
        } catch (RejectedExecutionException e) {
            work.cancel(false); // stopping, which gives it back
        }
        return work;
    }

    /// Takes an episode of a run whose agents are in other processes, for one of them.
    ///
    /// @return the episode, whose endpoint is open; empty if there is none to take now
    Optional<EpisodeTuner> takeForOutside(RunId run) throws InterruptedException {
        if (!isRunning() || !runner.hasRoom() || !free.tryAcquire()) {
            return Optional.empty();
        }
        Optional<TaskIssued> issued = Optional.empty();
        try {
            issued = queue.claimForOutside(worker, run, running.keySet(), properties.lease());
        } finally {
            if (issued.isEmpty()) {
                free.release();
            }
        }
        if (issued.isEmpty()) {
            return Optional.empty();
        }
        CompletableFuture<EpisodeTuner> opened = new CompletableFuture<>();
        Work work = work(issued.get(), opened::complete);
        work.ended.thenRun(() -> opened.completeExceptionally(new CancellationException()));
        try {
            return Optional.of(opened.get());
        } catch (ExecutionException e) {
            return Optional.empty(); // it ended before it began: told as any other
        }
    }

    private void runAndStore(TaskIssued issued, Consumer<EpisodeTuner> opened) throws InterruptedException {
        try (LogContext ignored = LogContext.of(issued.episode())) {
            EpisodeFinished finished = runner.run(issued, opened);
            if (queue.finish(worker, finished)) {
                metrics.count(finished);
            }
        }
    }

    private void renewLeases() {
        try {
            while (!stopped.await(properties.lease().toNanos() / 3, TimeUnit.NANOSECONDS)) {
                if (!running.isEmpty()) {
                    try {
                        renew(Map.copyOf(running));
                    } catch (DataAccessException | TransactionException e) {
                        LOG.warn("Leases could not be renewed: {}; trying again", e.toString());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void renew(Map<String, Work> work) {
        Set<String> kept = queue.renew(worker, work.keySet(), properties.lease());
        work.forEach((id, episode) -> {
            if (!kept.contains(id)) {
                episode.cancel(true);
            }
        });
    }

    private void await() {
        try {
            signal.await(properties.pollInterval());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
