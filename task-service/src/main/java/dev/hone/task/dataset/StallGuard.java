package dev.hone.task.dataset;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Interrupts the thread that opened it when nothing has moved for so long: a library that waits for a column which a
/// damaged file never gives would wait for ever.
final class StallGuard implements AutoCloseable {

    private final AtomicLong lastMove = new AtomicLong(System.nanoTime());
    private final Duration patience;
    private final Thread watched = Thread.currentThread();
    private final Thread watcher;
    private volatile boolean closed;
    private volatile boolean stalled;

    StallGuard(Duration patience) {
        this.patience = patience;
        this.watcher = Thread.ofVirtual().name("stall-guard").start(this::watch);
    }

    private void watch() {
        while (!closed) {
            long left = patience.toNanos() - (System.nanoTime() - lastMove.get());
            if (left <= 0) {
                stalled = true;
                watched.interrupt();
                return;
            }
            LockSupport.parkNanos(left);
        }
    }

    void moved() {
        lastMove.set(System.nanoTime());
    }

    /// Whether it has interrupted.
    boolean stalled() {
        return stalled;
    }

    /// Returns when no interruption of its own can come any more, and takes back one that came.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watcher);
        boolean interrupted = false;
        while (watcher.isAlive()) {
            try {
                watcher.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        interrupted |= Thread.interrupted();
        if (interrupted && !stalled) {
            watched.interrupt();
        }
    }
}
