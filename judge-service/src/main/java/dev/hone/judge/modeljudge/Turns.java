package dev.hone.judge.modeljudge;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Spaces the requests to each server evenly: one a turn, `requests_per_second` turns a second.
final class Turns {

    /// A turn further off is not waited for: the caller comes again.
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Map<String, AtomicLong> nextNanos = new ConcurrentHashMap<>();

    /// Waits for the next turn, if it comes soon.
    ///
    /// @return zero when it is the caller's turn; else how long to stay away
    Duration take(String server, double perSecond) throws InterruptedException {
        long now = System.nanoTime();
        AtomicLong next = nextNanos.computeIfAbsent(server, key -> new AtomicLong(now));
        long interval = (long) (1e9 / perSecond);
        long turn;
        long after;
        do {
            long free = next.get();
            turn = free - now > 0 ? free : now;
            if (turn - now > PATIENCE.toNanos()) {
                return Duration.ofNanos(turn - now);
            }
            after = turn + interval;
            if (next.compareAndSet(free, after)) {
                break;
            }
        } while (true);
        for (long left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException("Waiting for a turn at " + server + " was interrupted");
            }
        }
        return Duration.ZERO;
    }
}
