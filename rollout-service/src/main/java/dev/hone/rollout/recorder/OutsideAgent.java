package dev.hone.rollout.recorder;

import dev.hone.contracts.Failure;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.workflow.WorkflowOutput;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// What is known here of an agent in another process: whether it lives, and what it made of the episode.
public final class OutsideAgent {

    private final Duration silence;
    private final CompletableFuture<WorkflowOutput> outcome = new CompletableFuture<>();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile long lastSign = System.nanoTime();

    OutsideAgent(Duration silence) {
        this.silence = silence;
    }

    /// How long it may give no sign of life.
    public Duration silence() {
        return silence;
    }

    /// It lives.
    public void sign() {
        lastSign = System.nanoTime();
    }

    /// It came to an end.
    ///
    /// @return whether this is the first word on how it ended
    public boolean end(WorkflowOutput output) {
        return outcome.complete(output);
    }

    /// It gives up, and the attempt is repeated.
    ///
    /// @return whether this is the first word on how it ended
    public boolean abort(String reason) {
        return outcome.completeExceptionally(new EpisodeFailedException(
                new Failure("agent-aborted", "The agent gave the attempt up: " + reason, true)));
    }

    void asks() {
        requests.incrementAndGet();
    }

    void isAnswered() {
        sign();
        requests.decrementAndGet();
    }

    /// Waits for the end.
    ///
    /// @throws EpisodeFailedException `agent-aborted`; `agent-lost` after too long a silence
    WorkflowOutput await() throws InterruptedException {
        while (true) {
            long left = lastSign + silence.toNanos() - System.nanoTime();
            if (left <= 0 && requests.get() == 0) {
                throw new EpisodeFailedException(new Failure(
                        "agent-lost",
                        "The agent's process gave no sign of life for " + silence.toMillis() / 1000.0
                                + " s; let it send heartbeats, or raise hone.rollout.endpoint.silence.",
                        true));
            }
            try {
                return outcome.get(Math.max(left, silence.toNanos() / 4), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                // Silent or busy: looked at again.
            } catch (ExecutionException e) {
                if (e.getCause() instanceof EpisodeFailedException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
    }
}
