package dev.hone.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A gateway that answers by a script: for each address its answers in order, the last one for ever.
final class TestingGateway implements AutoCloseable {

    /// @param missing bytes that it promises and does not send
    private record Answer(int status, byte[] body, int missing) {
        static Answer of(int status, String body) {
            return new Answer(status, body.getBytes(StandardCharsets.UTF_8), 0);
        }
    }

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    TestingGateway() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /// Answers to a call, for example `GET /api/v1/runs`.
    TestingGateway on(String call, int status, String... bodies) {
        answers.put(
                call,
                new ArrayDeque<>(List.of(bodies).stream()
                        .map(body -> Answer.of(status, body))
                        .toList()));
        return this;
    }

    /// Answers to a call with bytes.
    TestingGateway on(String call, byte[] body) {
        answers.put(call, new ArrayDeque<>(List.of(new Answer(200, body, 0))));
        return this;
    }

    /// Answers to a call before the others, and breaks off before the end.
    TestingGateway breaksOff(String call, String body) {
        answers.computeIfAbsent(call, anyCall -> new ArrayDeque<>())
                .addFirst(new Answer(200, body.getBytes(StandardCharsets.UTF_8), 1));
        return this;
    }

    /// The calls so far, with the id of the last event that the caller had.
    List<String> calls() {
        return List.copyOf(calls);
    }

    /// What each call sent as `Authorization`; empty: nothing.
    List<String> keys() {
        return List.copyOf(keys);
    }

    /// What each call sent.
    List<String> bodies() {
        return List.copyOf(bodies);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    GatewayClient client() {
        return new GatewayClient(address());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        calls.add(last == null ? call : call + " after " + last);
        keys.add(Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), ""));
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Deque<Answer> script = answers.get(call);
        Answer answer =
                script == null ? Answer.of(404, "{}") : script.size() > 1 ? script.removeFirst() : script.getFirst();
        exchange.sendResponseHeaders(answer.status(), answer.body().length + answer.missing());
        OutputStream out = exchange.getResponseBody();
        out.write(answer.body());
        out.flush();
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
