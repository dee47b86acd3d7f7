package dev.hone.rollout.limit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The end of a time allowance, on the monotonic clock.
public final class Deadline {

    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    public static Deadline in(Duration allowance) {
        return new Deadline(System.nanoTime() + Math.max(0, allowance.toNanos()));
    }

    /// The earlier of this deadline and one so far from now.
    public Deadline atMost(Duration allowance) {
        Deadline other = in(allowance);
        return other.nanoTime - nanoTime < 0 ? other : this;
    }

    /// What is left; zero or less once it has passed.
    public Duration left() {
        return Duration.ofNanos(nanoTime - System.nanoTime());
    }

    public boolean passed() {
        return nanoTime - System.nanoTime() <= 0;
    }

    /// Waits so long, or until the deadline if that is sooner.
    ///
    /// @throws InterruptedException if the thread is interrupted before or meanwhile
    public void pause(Duration length) throws InterruptedException {
        Deadline end = atMost(length);
        while (!end.passed()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(end.left().toNanos());
        }
    }
}
