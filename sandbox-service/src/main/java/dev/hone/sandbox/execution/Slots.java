package dev.hone.sandbox.execution;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Admission: so many calls run, so many wait, in order of arrival; the rest are refused at once.
final class Slots {
    private final Semaphore free;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int queue;
    private final Duration patience;

    Slots(int slots, int queue, Duration patience) {
        this.free = new Semaphore(slots, true);
        this.queue = queue;
        this.patience = patience;
    }

    /// True when the caller now holds a slot, and must give it back.
    boolean take() throws InterruptedException {
        if (free.tryAcquire(0, TimeUnit.SECONDS)) {
            return true;
        }
        try {
            return waiting.incrementAndGet() <= queue && free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            waiting.decrementAndGet();
        }
    }

    void giveBack() {
        free.release();
    }

    /// 0: nobody waits; 1: the next is refused.
    double load() {
        return queue == 0 ? (free.availablePermits() > 0 ? 0 : 1) : Math.min(1, (double) waiting.get() / queue);
    }

    int waiting() {
        return waiting.get();
    }
}
