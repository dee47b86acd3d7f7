package dev.hone.sandbox.isolation;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Runs untrusted Python, each call in a fresh process of its own namespaces; keeps one jail open and replaces a lost
/// one.
///
/// It fails closed: without a jail that passed the self-test nothing runs, and {@link #run} says why.
@Component
public class Jail implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Jail.class);
    private static final Duration RETRY = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final JailProgram program;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private @Nullable Thread keeper;

    /// Incomplete while a jail is being set up; failed with the reason when none can be had.
    private volatile CompletableFuture<JailProcess> current = new CompletableFuture<>();

    Jail(JailProperties properties, IsolationProperties isolation) {
        this.program = JailProgram.of(properties, isolation.isolation());
    }

    /// How calls are confined: the value of the `isolation` tag in results and metrics.
    public String isolation() {
        return program.isolation().label();
    }

    /// Runs a snippet; waits for a jail that is being set up.
    public JailOutcome run(Snippet snippet) throws InterruptedException {
        CompletableFuture<JailProcess> jail = current;
        try {
            return jail.get(START.toSeconds(), TimeUnit.SECONDS).run(snippet);
        } catch (ExecutionException e) {
            return new JailOutcome.Lost(String.valueOf(jail.exceptionNow().getMessage()), false);
        } catch (TimeoutException e) {
            return new JailOutcome.Lost("No jail was ready in %s s; try again".formatted(START.toSeconds()), false);
        }
    }

    CompletableFuture<JailProcess> current() {
        return current;
    }

    @Override
    public void start() {
        keeper = Thread.ofPlatform().daemon().name("sandbox-jail").start(this::keep);
    }

    @Override
    public void stop() {
        Thread thread = keeper;
        if (thread == null) {
            return;
        }
        stopped.countDown();
        thread.interrupt();
        try {
            thread.join(STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        keeper = null;
    }

    @Override
    public boolean isRunning() {
        return keeper != null;
    }

    /// Starts before the web server and stops after it.
    @Override
    public int getPhase() {
        return 0;
    }

    private void keep() {
        try {
            while (stopped.getCount() > 0) {
                if (!open()) {
                    stopped.await(RETRY.toSeconds(), TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            settle(CompletableFuture.failedFuture(new JailUnavailableException("The service is stopping")));
        }
    }

    /// Opens a jail and keeps it until it ends; false when none can be had.
    private boolean open() throws InterruptedException {
        try (JailProcess process = JailProcess.start(program, this::lose)) {
            SelfTest.verify(process);
            announce();
            settle(CompletableFuture.completedFuture(process));
            log.error("{}; opening another", process.awaitEnd());
            return true;
        } catch (JailUnavailableException e) {
            log.error("The sandbox runs no code: {}", e.getMessage());
            settle(CompletableFuture.failedFuture(e));
            return false;
        }
    }

    private void announce() {
        if (program.isolation() == Isolation.SECCOMP) {
            log.warn("The sandbox is ready with sandbox.isolation=seccomp: calls have no namespaces of their own; "
                    + "take the default where the machine allows it");
        } else {
            log.info("The sandbox is ready, isolation {}", isolation());
        }
    }

    private synchronized void settle(CompletableFuture<JailProcess> next) {
        CompletableFuture<JailProcess> waiting = current;
        current = next;
        next.whenComplete((process, failure) -> {
            if (failure == null) {
                waiting.complete(process);
            } else {
                waiting.completeExceptionally(failure);
            }
        });
    }

    /// From here on, calls wait for the next jail.
    private synchronized void lose() {
        if (current.isDone() && !current.isCompletedExceptionally()) {
            current = new CompletableFuture<>();
        }
    }
}
