package dev.hone.rollout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.policy.chat.ChatTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// A learner that calls the tool and then answers, and a sandbox that always prints 391, over HTTP.
public final class TestingServers implements AutoCloseable {

    public static final String CALL = "<tool_call>\n"
            + "{\"name\": \"execute_python_code\", \"arguments\": {\"code\": \"print(17 * 23)\"}}\n"
            + "</tool_call>";

    /// What the learner's policy says to a prompt.
    public volatile UnaryOperator<String> says =
            prompt -> prompt.contains("<tool_response>\n391") ? "It is \\boxed{391}." : CALL;

    public final AtomicInteger generated = new AtomicInteger();
    public final AtomicInteger busyAnswers = new AtomicInteger();
    public volatile boolean modelAway;
    public final AtomicInteger modelRefusals = new AtomicInteger();
    public volatile boolean sandboxDown;
    public volatile boolean sandboxFull;
    public final AtomicInteger refusals = new AtomicInteger();

    /// Requests for tokens wait until it is open.
    public volatile CountDownLatch gate = new CountDownLatch(0);

    public final AtomicInteger atTheGate = new AtomicInteger();
    private final ChatTokenizer tokenizer = TestingEpisodes.model().tokenizer();
    private final HttpServer server;

    public TestingServers() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/runs/", this::learner);
        server.createContext("/api/v1/executions", this::sandbox);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void learner(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        if (path.contains("/model/") && modelAway) {
            modelRefusals.incrementAndGet();
            answer(exchange, 503, new byte[0]);
        } else if (path.contains("/model/")) {
            Path file = TestingEpisodes.MODEL.resolve(path.substring(path.lastIndexOf('/') + 1));
            answer(
                    exchange,
                    Files.exists(file) ? 200 : 404,
                    Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
        } else if (busyAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            answer(exchange, 503, new byte[0]);
        } else {
            passGate();
            generated.incrementAndGet();
            GenerateRequest request = EventCodec.cbor().readValue(body, GenerateRequest.class);
            String prompt = tokenizer.decode(request.promptIds());
            answer(
                    exchange,
                    200,
                    EventCodec.cbor()
                            .writeValueAsBytes(TestingPolicy.response(tokenizer, says.apply(prompt), request)));
        }
    }

    private void passGate() {
        atTheGate.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            atTheGate.decrementAndGet();
        }
    }

    private void sandbox(HttpExchange exchange) throws IOException {
        EventCodec.json().readValue(exchange.getRequestBody().readAllBytes(), ExecutionRequest.class);
        if (sandboxFull) {
            refusals.incrementAndGet();
            answer(exchange, 429, "{\"detail\": \"All slots are taken\"}".getBytes());
            return;
        }
        if (sandboxDown) {
            answer(exchange, 503, "{\"detail\": \"no namespaces\"}".getBytes());
            return;
        }
        answer(
                exchange,
                200,
                EventCodec.json()
                        .writeValueAsBytes(new ExecutionResult("391\n", "", 0, false, false, 1, "namespaces")));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
