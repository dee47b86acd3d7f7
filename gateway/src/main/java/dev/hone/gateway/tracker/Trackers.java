package dev.hone.gateway.tracker;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// Looks from time to time at what trackers do not know yet, and tells them. Training never waits for it, and a tracker
/// that is away is told when it is back, by whichever process runs then.
@Component
class Trackers implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Trackers.class);

    private final Map<String, Tracker> trackers;
    private final Tracking tracking;
    private final TrackerProperties properties;
    private final MeterRegistry meters;

    private CountDownLatch stopping = new CountDownLatch(1);
    private @Nullable Thread rounds;

    Trackers(List<Tracker> trackers, Tracking tracking, TrackerProperties properties, MeterRegistry meters) {
        this.trackers = trackers.stream().collect(Collectors.toMap(Tracker::name, Function.identity()));
        this.tracking = tracking;
        this.properties = properties;
        this.meters = meters;
    }

    @Override
    public synchronized void start() {
        stopping = new CountDownLatch(1);
        rounds = Thread.ofVirtual().name("trackers").start(this::rounds);
    }

    /// The newest points are told before the process ends, as far as that takes no long time.
    @Override
    public synchronized void stop() {
        Thread thread = rounds;
        rounds = null;
        if (thread == null) {
            return;
        }
        stopping.countDown();
        try {
            if (!thread.join(properties.lastRound())) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return rounds != null;
    }

    private void rounds() {
        try {
            boolean last;
            do {
                last = stopping.await(properties.interval().toMillis(), TimeUnit.MILLISECONDS);
                round();
            } while (!last);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        List<Tracking.Due> due;
        try {
            tracking.adopt(List.copyOf(trackers.values()));
            due = tracking.due();
        } catch (DataAccessException e) {
            LOG.warn("Trackers are not told for now, the database being away: {}", e.getMessage());
            return;
        }
        // One that takes long keeps no other from its turn.
        try (ExecutorService turns = Executors.newVirtualThreadPerTaskExecutor()) {
            due.forEach(one -> turns.submit(() -> turn(one)));
            turns.shutdown();
            if (!turns.awaitTermination(1, TimeUnit.HOURS)) {
                LOG.warn("A tracker takes more than an hour; see hone.gateway.trackers.timeout");
            }
        }
    }

    private void turn(Tracking.Due due) {
        Tracker tracker = trackers.get(due.tracker());
        if (tracker == null) {
            LOG.warn(
                    "Run {} has a tracker {}, which is not known here",
                    due.run().name(),
                    due.tracker());
            return;
        }
        try {
            if (tracking.claim(due)) {
                tell(tracker, due);
            }
        } catch (IOException e) {
            failed(due, e instanceof FileSystemException || e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (DataAccessException e) {
            LOG.warn("How far {} has been told is not put down; it is told again", due.tracker(), e);
        } catch (RuntimeException e) {
            LOG.error("Telling {} of run {} failed", due.tracker(), due.run().name(), e);
            failed(due, e.toString());
        }
    }

    private void tell(Tracker tracker, Tracking.Due due) throws IOException {
        String reference = due.reference();
        if (reference == null) {
            reference = tracker.open(due.run());
            tracking.opened(due, reference);
        }
        boolean whole = (due.toldTrain() < 0 || tracker.keeps(due.run(), reference, "train"))
                && (due.toldEval() < 0 || tracker.keeps(due.run(), reference, "eval"));
        List<Point> points = tracking.untold(whole ? due : tracking.forgotten(due));
        if (!points.isEmpty()) {
            tracker.tell(due.run(), reference, points);
            tracking.told(due, points);
            meters.counter("hone.tracker.points", "tracker", tracker.name()).increment(points.size());
        }
        // The state was read before the points: of a run that has ended these are the last, unless there are too many.
        boolean ended = due.run().state().terminal() && points.size() < Tracking.POINTS;
        if (ended) {
            tracker.end(due.run(), reference);
        }
        if (due.problem() != null) {
            LOG.info("Run {} is told to {} again", due.run().name(), due.tracker());
        }
        tracking.done(due, ended);
    }

    private void failed(Tracking.Due due, String problem) {
        meters.counter("hone.tracker.failures", "tracker", due.tracker()).increment();
        if (due.problem() == null) {
            LOG.warn(
                    "Run {} cannot be told to {} for now, and is later: {}",
                    due.run().name(),
                    due.tracker(),
                    problem);
        }
        tracking.failed(due, problem, properties.retry());
    }
}
