package dev.hone.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// An endpoint that answers every chat with the number of its messages and every code with `ran: CODE`, and notes what
/// it
/// was asked: method, path and key.
final class TestingEndpoint implements AutoCloseable {

    final List<String> asked = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> codes = new LinkedBlockingQueue<>();
    private final HttpServer server;

    TestingEndpoint() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    Access access(String key) {
        return new Access(URI.create("http://127.0.0.1:" + port() + "/v1"), key);
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        asked.add(exchange.getRequestMethod() + " " + path + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        var body = EventCodec.json().readTree(exchange.getRequestBody().readAllBytes());
        if (body.has("code")) {
            codes.add(body.path("code").asString());
        }
        String text = switch (path) {
            case "/v1/chat/completions" ->
                "{\"choices\": [{\"message\": {\"role\": \"assistant\", \"content\": \"%d messages\"}}]}"
                        .formatted(body.path("messages").size());
            case "/v1/tools/execute_python_code" ->
                EventCodec.json()
                        .createObjectNode()
                        .put("text", "ran: " + body.path("code").asString())
                        .toString();
            default -> "{}";
        };
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
