package dev.hone.worker;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The workers of a service: one per run and file, started when first needed, replaced when lost, ended with the run,
/// after
/// a while without calls, or with the service.
public final class Workers implements AutoCloseable {

    private record Key(String run, CodeFile file) {}

    private final WorkerSettings settings;
    private final Role role;
    private final boolean endpoint;
    private final ConcurrentMap<Key, CompletableFuture<WorkerProcess>> open = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /// @param endpoint whether workers get a way out, to the endpoints of their episodes
    public Workers(WorkerSettings settings, Role role, boolean endpoint) {
        this.settings = settings;
        this.role = role;
        this.endpoint = endpoint;
        Thread.ofPlatform().daemon().name("worker-idle").start(this::endIdle);
    }

    /// Does one call in the worker of that run and file; waits for its answer. An interrupt cancels the call.
    ///
    /// @param request what the role's guest, or `inside.py`, understands
    /// @param access the episode's endpoint; null if the call needs none
    public WorkerAnswer call(String run, CodeFile file, ObjectNode request, @Nullable Access access)
            throws InterruptedException {
        try {
            while (true) {
                Optional<WorkerAnswer> answer = worker(new Key(run, file)).call(request, access);
                if (answer.isPresent()) {
                    return answer.get();
                }
            }
        } catch (WorkerFailedException e) {
            return new WorkerAnswer.Failed(e.failure());
        }
    }

    /// Loads the file in a jail of its own, calls nothing, and tells what is wrong; empty if it is fit for its role.
    public Optional<String> problem(CodeFile file) throws InterruptedException {
        try {
            WorkerProcess.start(settings, role, file, endpoint).close();
            return Optional.empty();
        } catch (WorkerFailedException e) {
            return Optional.of(e.failure().message());
        }
    }

    /// Ends the run's workers; calls that they still have fail.
    public void end(String run) {
        open.keySet().stream().filter(key -> key.run().equals(run)).forEach(this::remove);
    }

    private WorkerProcess worker(Key key) throws WorkerFailedException, InterruptedException {
        CompletableFuture<WorkerProcess> mine = new CompletableFuture<>();
        CompletableFuture<WorkerProcess> current =
                open.compute(key, (same, there) -> there == null || (there.isDone() && !usable(there)) ? mine : there);
        if (current != mine) {
            return join(current);
        }
        try {
            mine.complete(WorkerProcess.start(settings, role, key.file(), endpoint));
        } catch (WorkerFailedException | InterruptedException | RuntimeException e) {
            open.remove(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
        if (closed.getCount() == 0) {
            remove(key);
        }
        return join(mine);
    }

    private static boolean usable(CompletableFuture<WorkerProcess> there) {
        return !there.isCompletedExceptionally() && there.join().usable();
    }

    private static WorkerProcess join(CompletableFuture<WorkerProcess> worker)
            throws WorkerFailedException, InterruptedException {
        try {
            return worker.get();
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof WorkerFailedException failed) {
                throw failed;
            }
            throw new WorkerFailedException("worker-unavailable", "No worker was started: " + e.getCause(), true);
        }
    }

    private void remove(Key key) {
        CompletableFuture<WorkerProcess> worker = open.remove(key);
        if (worker != null) {
            worker.thenAccept(WorkerProcess::close);
        }
    }

    private void endIdle() {
        try {
            while (!closed.await(settings.idle().toNanos() / 4 + 1, TimeUnit.NANOSECONDS)) {
                for (Map.Entry<Key, CompletableFuture<WorkerProcess>> entry : open.entrySet()) {
                    if (entry.getValue().isDone() && !entry.getValue().isCompletedExceptionally()) {
                        entry.getValue().join().endIfIdle();
                        if (!usable(entry.getValue())) {
                            open.remove(entry.getKey(), entry.getValue());
                        }
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// How many there are.
    int size() {
        return open.size();
    }

    @Override
    public void close() {
        closed.countDown();
        open.keySet().forEach(this::remove);
    }
}
