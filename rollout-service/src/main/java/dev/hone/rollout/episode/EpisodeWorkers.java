package dev.hone.rollout.episode;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.TaskIssued;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The workers of this process: one thread hands out episodes, each runs on a thread of its own, one renews
/// their leases. Stopping interrupts them; their episodes are run again once the leases are over, here or
/// elsewhere.
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
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean started;

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

    @Override
    public synchronized void start() {
        if (threads.isShutdown()) {
            threads = Executors.newVirtualThreadPerTaskExecutor();
        }
        started = true;
        threads.execute(this::handOut);
        threads.execute(this::renewLeases);
    }

    @Override
    public synchronized void stop() {
        started = false;
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("{} episodes did not stop within 5 s; their leases end by themselves.", running.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    private void handOut() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                int most = free.availablePermits();
                int taken = most == 0 ? 0 : handOut(most);
                if (taken == 0) {
                    signal.await(properties.pollInterval());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!started) {
                    return;
                }
                LOG.warn("No episodes could be taken: {}; trying again", e.toString());
                await();
            }
        }
    }

    private int handOut(int most) {
        int taken = 0;
        for (TaskIssued issued : queue.claim(worker, running, most, properties.lease())) {
            free.acquireUninterruptibly();
            taken++;
            running.add(issued.episode().id());
            threads.execute(() -> run(issued));
        }
        return taken;
    }

    private void run(TaskIssued issued) {
        try {
            EpisodeFinished finished = runner.run(issued);
            if (queue.finish(worker, finished)) {
                metrics.count(finished);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (started) {
                LOG.error(
                        "Episode {} could not be stored; its lease ends and it is run again",
                        issued.episode().id(),
                        e);
            }
        } finally {
            running.remove(issued.episode().id());
            free.release();
            signal.raise();
        }
    }

    private void renewLeases() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(properties.lease().toNanos() / 3);
                if (!running.isEmpty()) {
                    try {
                        queue.renew(worker, running, properties.lease());
                    } catch (RuntimeException e) {
                        LOG.warn("Leases could not be renewed: {}; trying again", e.toString());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await() {
        try {
            signal.await(properties.pollInterval());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
