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
import java.util.concurrent.ConcurrentHashMap;

/// A gateway that answers by a script: for each address its answers in order, the last one for ever.
final class TestingGateway implements AutoCloseable {

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();

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
                        .map(body -> new Answer(status, body))
                        .toList()));
        return this;
    }

    GatewayClient client() {
        return new GatewayClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        Deque<Answer> script = answers.get(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        Answer answer =
                script == null ? new Answer(404, "{}") : script.size() > 1 ? script.removeFirst() : script.getFirst();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
