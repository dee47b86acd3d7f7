package dev.hone.sandbox.isolation;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A running daemon and its jail. Frames: 4 bytes of length, a line of JSON, raw bytes; see `daemon.py`.
///
/// The daemon ends when its standard input does, so nothing outlives this JVM, however it dies.
final class JailProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(JailProcess.class);
    private static final JsonMapper json = JsonMapper.shared();
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Duration END = Duration.ofSeconds(3);
    private static final int MAX_FRAME = 64 << 20;

    private final Process process;
    private final DataOutputStream requests;
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<Long, CompletableFuture<JailOutcome>> pending = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final CompletableFuture<JsonNode> greeting = new CompletableFuture<>();
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final Runnable onEnd;
    private volatile String lastMessage = "it said nothing";

    private JailProcess(Process process, Runnable onEnd) {
        this.process = process;
        this.onEnd = onEnd;
        this.requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    }

    /// Starts a daemon and waits until its jail is warm.
    ///
    /// @param onEnd called once when the daemon has ended, before the calls that it still had are given up
    static JailProcess start(JailProgram program, Runnable onEnd)
            throws JailUnavailableException, InterruptedException {
        try {
            JailProcess jail = new JailProcess(program.start(), onEnd);
            Thread.ofPlatform().daemon().name("sandbox-frames").start(jail::read);
            Thread.ofPlatform().daemon().name("sandbox-messages").start(jail::readMessages);
            jail.greet(program.settings());
            return jail;
        } catch (IOException e) {
            throw new JailUnavailableException("The sandbox daemon could not be started: " + e.getMessage());
        }
    }

    private void greet(Map<String, Object> settings)
            throws JailUnavailableException, InterruptedException, IOException {
        boolean ready = false;
        try {
            write(settings, "");
            JsonNode answer = greeting.get(START.toSeconds(), TimeUnit.SECONDS);
            ready = answer.has("ready");
            if (!ready) {
                throw new JailUnavailableException(answer.path("unavailable").asString("no reason was given"));
            }
        } catch (ExecutionException e) {
            throw new JailUnavailableException("The sandbox daemon ended while it started: " + lastMessage);
        } catch (TimeoutException e) {
            throw new JailUnavailableException("The sandbox daemon was not ready after " + START.toSeconds() + " s");
        } finally {
            if (!ready) {
                close();
            }
        }
    }

    /// Runs a snippet and waits for it; past its limit and a grace period the jail itself is ended.
    JailOutcome run(Snippet snippet) throws InterruptedException {
        long id = ids.incrementAndGet();
        CompletableFuture<JailOutcome> outcome = new CompletableFuture<>();
        pending.put(id, outcome);
        try {
            write(
                    Map.of("id", id, "wall_seconds", snippet.wallSeconds(), "cpu_seconds", snippet.cpuSeconds()),
                    snippet.code());
            if (end.isDone()) {
                return new JailOutcome.Lost(end.join(), true);
            }
            Duration patience = snippet.wall().plus(GRACE);
            return outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            return new JailOutcome.Lost("The jail takes no calls: " + e.getMessage(), true);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            return new JailOutcome.Lost(
                    "The jail gave no answer in " + snippet.wall().plus(GRACE), true);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            pending.remove(id);
        }
    }

    /// Waits until the daemon has ended, and says why.
    String awaitEnd() throws InterruptedException {
        try {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Ends the daemon, and with it the jail and every call in it: by the end of its input, so that it leaves nothing
    /// behind, or by force.
    @Override
    public void close() {
        boolean ended = false;
        try {
            if (writing.tryLock()) {
                try {
                    requests.close();
                } finally {
                    writing.unlock();
                }
                ended = process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (IOException e) {
            log.debug("The daemon's input was closed already", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!ended) {
                process.destroyForcibly();
            }
        }
    }

    private void write(Map<String, ?> header, String body) throws IOException {
        byte[] line = json.writeValueAsBytes(header);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        writing.lock();
        try {
            requests.writeInt(line.length + 1 + bytes.length);
            requests.write(line);
            requests.write('\n');
            requests.write(bytes);
            requests.flush();
        } finally {
            writing.unlock();
        }
    }

    private void read() {
        try (DataInputStream answers = new DataInputStream(new BufferedInputStream(process.getInputStream()))) {
            while (true) {
                accept(readFrame(answers));
            }
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            finish(e);
        }
    }

    private static byte[] readFrame(DataInputStream answers) throws IOException {
        int size = answers.readInt();
        if (size < 0 || size > MAX_FRAME) {
            throw new IOException("a frame of " + size + " bytes");
        }
        byte[] frame = new byte[size];
        answers.readFully(frame);
        return frame;
    }

    private void accept(byte[] frame) {
        int line = 0;
        while (frame[line] != '\n') {
            line++;
        }
        JsonNode header = json.readTree(frame, 0, line);
        if (!header.has("id")) {
            greeting.complete(header);
            return;
        }
        CompletableFuture<JailOutcome> outcome = pending.get(header.get("id").asLong());
        if (outcome != null) {
            outcome.complete(outcome(header, frame, line + 1));
        }
    }

    private static JailOutcome outcome(JsonNode header, byte[] frame, int start) {
        if (header.has("error")) {
            return new JailOutcome.Lost(
                    "The call could not be set up: " + header.get("error").asString(), true);
        }
        int stdout = header.get("stdout").asInt();
        return new JailOutcome.Completed(
                new String(frame, start, stdout, StandardCharsets.UTF_8),
                new String(frame, start + stdout, frame.length - start - stdout, StandardCharsets.UTF_8),
                header.get("exit_code").asInt(),
                header.get("timed_out").asBoolean(),
                header.get("truncated").asBoolean(),
                Duration.ofMillis(header.get("millis").asLong()));
    }

    private void finish(Exception cause) {
        String reason = "The jail was lost (%s; the daemon's last message: %s)".formatted(cause, lastMessage);
        onEnd.run();
        greeting.completeExceptionally(cause);
        end.complete(reason);
        pending.values().forEach(outcome -> outcome.complete(new JailOutcome.Lost(reason, true)));
    }

    private void readMessages() {
        try (BufferedReader messages = process.errorReader(StandardCharsets.UTF_8)) {
            for (String message = messages.readLine(); message != null; message = messages.readLine()) {
                lastMessage = message;
                log.warn("Sandbox daemon: {}", message);
            }
        } catch (IOException e) {
            log.debug("The daemon's messages ended", e);
        }
    }
}
