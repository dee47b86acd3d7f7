package dev.hone.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C or a kill: asks for the end, and holds the process until what is under way has come to
/// its end.
final class Interruption implements AutoCloseable {

    /// The longest that the process is held; `./hone kill` waits a little longer.
    private static final Duration CLOSING = Duration.ofSeconds(60);

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::hold, "interruption");

    /// Listens for the process's end.
    static Interruption watch() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /// Asks for the end.
    void request() {
        requested.countDown();
    }

    boolean requested() {
        return requested.getCount() == 0;
    }

    /// Returns when the end is asked for.
    void await() throws InterruptedException {
        requested.await();
    }

    /// Waits, at most so long, for the end to be asked for.
    ///
    /// @return whether it was
    boolean await(Duration atMost) throws InterruptedException {
        return requested.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void hold() {
        request();
        try {
            if (!closed.await(CLOSING.toSeconds(), TimeUnit.SECONDS)) {
                Console.error("What was under way did not stop within " + CLOSING.toSeconds() + " s; ending it.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// All has come to its end: lets the process go.
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the process is ending; the hook runs already
        }
    }
}
