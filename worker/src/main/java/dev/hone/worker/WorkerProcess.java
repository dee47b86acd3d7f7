package dev.hone.worker;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One worker: a jail with the code of one file in it, and the frames that go in and come out (`inside.py` describes
/// them).
/// Nothing that comes out is trusted: what is no answer to a call, or too much, ends the worker.
final class WorkerProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private static final int MAX_FRAME = 16 << 20;

    /// Of what the code prints: at first, and more with each call.
    private static final long PRINTED = 8 << 20;

    private static final long PRINTED_PER_CALL = 1 << 20;
    private static final int SHOWN = 2000;

    private final CodeFile file;
    private final String sha256;
    private final Process process;
    private final @Nullable EndpointSocket socket;
    private final WorkerSettings settings;
    private final BlockingQueue<byte[]> outgoing = new LinkedBlockingQueue<>();
    private final Map<Long, CompletableFuture<WorkerAnswer>> pending = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final CompletableFuture<JsonNode> jailed = new CompletableFuture<>();
    private final CompletableFuture<JsonNode> loaded = new CompletableFuture<>();
    private final CompletableFuture<Failure> end = new CompletableFuture<>();
    private final StringBuffer printed = new StringBuffer();
    private volatile boolean retired;
    private volatile long lastUse = System.nanoTime();

    private WorkerProcess(
            CodeFile file, String sha256, Process process, @Nullable EndpointSocket socket, WorkerSettings settings) {
        this.file = file;
        this.sha256 = sha256;
        this.process = process;
        this.socket = socket;
        this.settings = settings;
    }

    /// Starts a worker and waits until it has loaded its file.
    ///
    /// @param endpoint whether it gets a way out
    static WorkerProcess start(WorkerSettings settings, Role role, CodeFile file, boolean endpoint)
            throws WorkerFailedException, InterruptedException {
        WorkerProcess worker = open(settings, role, file, endpoint);
        Thread.ofPlatform().daemon().name("worker-answers").start(worker::read);
        Thread.ofPlatform().daemon().name("worker-requests").start(worker::write);
        Thread.ofPlatform().daemon().name("worker-prints").start(worker::readPrinted);
        boolean ready = false;
        try {
            JsonNode greeting = worker.greeting();
            ready = greeting.has("ready");
            if (!ready) {
                throw new WorkerFailedException(
                        "code-unusable", greeting.path("unusable").asString("It gave no reason."), false);
            }
            return worker;
        } finally {
            if (!ready) {
                worker.close();
            }
        }
    }

    private static WorkerProcess open(WorkerSettings settings, Role role, CodeFile file, boolean endpoint)
            throws WorkerFailedException {
        String sha256;
        try {
            sha256 = file.sha256();
        } catch (IOException e) {
            throw new WorkerFailedException(
                    "code-missing", "The file " + file.path() + " cannot be read (" + e + "); put it there.", false);
        }
        EndpointSocket socket = null;
        try {
            socket = endpoint ? EndpointSocket.open(settings.uid()) : null;
            Process process =
                    new JailLauncher(settings, role).start(file, sha256, socket == null ? null : socket.path());
            return new WorkerProcess(file, sha256, process, socket, settings);
        } catch (IOException | WorkerFailedException e) {
            if (socket != null) {
                socket.close();
            }
            throw e instanceof WorkerFailedException failed
                    ? failed
                    : new WorkerFailedException("worker-unavailable", "No worker can be started: " + e, true);
        }
    }

    private JsonNode greeting() throws WorkerFailedException, InterruptedException {
        try {
            jailed.get(settings.start().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            awaitPrinted();
            throw new WorkerFailedException(
                    "worker-unavailable",
                    "The jail of a worker could not be set up: " + lastPrinted()
                            + ". Nothing runs without it: allow unprivileged user namespaces (sysctl"
                            + " user.max_user_namespaces, kernel.unprivileged_userns_clone,"
                            + " kernel.apparmor_restrict_unprivileged_userns) and, in a container, a seccomp profile that"
                            + " permits unshare, clone, mount, umount2 and pivot_root, and an unmasked /proc"
                            + " (systempaths=unconfined).",
                    false);
        } catch (TimeoutException e) {
            throw new WorkerFailedException(
                    "worker-unavailable", "No jail was ready after " + settings.start() + ".", true);
        }
        try {
            return loaded.get(settings.start().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            awaitPrinted();
            throw new WorkerFailedException(
                    "worker-died", file + " ended its worker while it was loaded: " + lastPrinted(), true);
        } catch (TimeoutException e) {
            throw new WorkerFailedException(
                    "worker-hung", file + " was not loaded within " + settings.start() + "; mend it.", true);
        }
    }

    String sha256() {
        return sha256;
    }

    /// Does one call. An interrupted one is cancelled in the worker; one that then goes on makes the worker take no
    /// more
    /// calls, and end with the last of those that it has.
    ///
    /// @return empty if the worker takes no calls any more: nothing has happened
    Optional<WorkerAnswer> call(ObjectNode request, @Nullable Access access) throws InterruptedException {
        long id = ids.incrementAndGet();
        CompletableFuture<WorkerAnswer> answer = new CompletableFuture<>();
        if (!begin(id, answer)) {
            return Optional.empty();
        }
        if (socket != null && access != null) {
            socket.allow(access);
        }
        outgoing.add(EventCodec.json().writeValueAsBytes(request.deepCopy().put("id", id)));
        try {
            return Optional.of(answer.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            cancel(id, answer);
            throw e;
        } finally {
            if (socket != null && access != null) {
                socket.forbid(access);
            }
            lastUse = System.nanoTime();
            endIfUnused();
        }
    }

    private synchronized boolean begin(long id, CompletableFuture<WorkerAnswer> answer) {
        if (!usable()) {
            return false;
        }
        pending.put(id, answer);
        lastUse = System.nanoTime();
        return true;
    }

    private void cancel(long id, CompletableFuture<WorkerAnswer> answer) {
        outgoing.add(EventCodec.json()
                .writeValueAsBytes(EventCodec.json().createObjectNode().put("cancel", id)));
        answer.orTimeout(settings.grace().toNanos(), TimeUnit.NANOSECONDS).whenComplete((ended, timeout) -> {
            if (timeout != null) {
                pending.remove(id);
                retire();
                LOG.warn("A call of {} does not heed its end; its worker is given up", file);
                endIfUnused();
            }
        });
    }

    private synchronized void retire() {
        retired = true;
    }

    private void endIfUnused() {
        if (retired && pending.isEmpty()) {
            close();
        }
    }

    /// Whether it takes calls.
    boolean usable() {
        return !retired && !end.isDone();
    }

    /// Ends the worker if it has had nothing to do for a while.
    void endIfIdle() {
        synchronized (this) {
            retired |= pending.isEmpty()
                    && System.nanoTime() - lastUse > settings.idle().toNanos();
        }
        endIfUnused();
    }

    private void read() {
        try (DataInputStream answers = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            while (true) {
                int size = answers.readInt();
                if (size < 0 || size > MAX_FRAME) {
                    finish("worker-flooded", "sent a frame of " + Integer.toUnsignedString(size) + " bytes");
                    return;
                }
                byte[] frame = new byte[size];
                answers.readFully(frame);
                if (!accept(frame)) {
                    finish("worker-nonsense", "sent what is no answer to a call");
                    return;
                }
            }
        } catch (IOException e) {
            awaitPrinted();
            finish("worker-died", "ended its worker" + (printed.isEmpty() ? "" : ": " + lastPrinted()));
        }
    }

    private boolean accept(byte[] frame) {
        JsonNode message;
        try {
            message = EventCodec.json().readTree(frame);
        } catch (JacksonException e) {
            return false;
        }
        if (message.path("jailed").asBoolean(false)) {
            return jailed.complete(message);
        }
        if (message.has("ready") || message.has("unusable")) {
            return jailed.isDone() && loaded.complete(message);
        }
        CompletableFuture<WorkerAnswer> answer = message.path("id").isIntegralNumber()
                ? pending.remove(message.path("id").asLong())
                : null;
        if (answer == null || !(message.has("value") || message.path("raised").isString())) {
            return false;
        }
        return answer.complete(
                message.has("value")
                        ? new WorkerAnswer.Value(message.get("value"), sha256)
                        : new WorkerAnswer.Raised(
                                shortened(message.get("raised").asString()),
                                message.path("kind").asString("error")));
    }

    private void write() {
        try (DataOutputStream requests = new DataOutputStream(process.getOutputStream())) {
            while (!end.isDone()) {
                byte[] message = outgoing.take();
                requests.writeInt(message.length);
                requests.write(message);
                requests.flush();
            }
        } catch (IOException e) {
            LOG.debug("A worker takes no more requests", e); // read() sees its end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Keeps the last that the code printed, for messages.
    private void readPrinted() {
        try (InputStream prints = process.getErrorStream()) {
            byte[] buffer = new byte[8192];
            long total = 0;
            for (int read = prints.read(buffer); read >= 0; read = prints.read(buffer)) {
                total += read;
                if (total > PRINTED + PRINTED_PER_CALL * ids.get()) {
                    finish("worker-flooded", "printed " + total + " bytes");
                    return;
                }
                printed.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
                printed.delete(0, Math.max(0, printed.length() - SHOWN));
            }
        } catch (IOException e) {
            LOG.debug("A worker prints no more", e);
        }
    }

    private void awaitPrinted() {
        try {
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String lastPrinted() {
        String text = printed.toString().strip();
        return text.isEmpty() ? "it said nothing" : text.substring(text.lastIndexOf('\n') + 1);
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    private void finish(String code, String what) {
        if (end.complete(
                new Failure(code, file + " " + what + "; mend it. The attempt is repeated in a fresh worker.", true))) {
            if (!code.equals("worker-closed")) {
                LOG.warn("{} {}", file, what);
            }
        }
        process.destroyForcibly(); // the launcher; the jail dies with it
        if (socket != null) {
            socket.close();
        }
        outgoing.add(new byte[0]); // wakes write()
        IOException cause = new IOException(end.join().message());
        jailed.completeExceptionally(cause);
        loaded.completeExceptionally(cause);
        for (Long id : pending.keySet()) {
            CompletableFuture<WorkerAnswer> answer = pending.remove(id);
            if (answer != null) {
                answer.complete(new WorkerAnswer.Failed(end.join()));
            }
        }
    }

    @Override
    public void close() {
        finish("worker-closed", "was told to end");
    }
}
