package dev.hone.gateway;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// The services behind the gateway, as far as it asks them.
final class TestingServices implements AutoCloseable {

    final List<RunConfig> checked = new CopyOnWriteArrayList<>();
    final Map<String, String> answers = new ConcurrentHashMap<>();
    /// Answers that depend on the request's parameters.
    final Map<String, Function<URI, byte[]>> pages = new ConcurrentHashMap<>();

    /// Answers that begin, and break off in silence.
    final Map<String, byte[]> stalled = new ConcurrentHashMap<>();

    final Map<String, String> received = new ConcurrentHashMap<>();
    volatile int status = 200;
    volatile List<PreflightReport.Problem> problems = List.of();

    private final HttpServer server;

    TestingServices() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (stalled.containsKey(path)) {
                exchange.sendResponseHeaders(200, 1_000_000);
                exchange.getResponseBody().write(stalled.get(path));
                exchange.getResponseBody().flush();
                return; // Left open.
            }
            byte[] body;
            int status = 200;
            if (path.endsWith("/api/v1/preflight")) {
                checked.add(
                        EventCodec.json().readValue(exchange.getRequestBody().readAllBytes(), RunConfig.class));
                body = EventCodec.json().writeValueAsBytes(new PreflightReport(problems));
            } else {
                received.put(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                boolean paged = pages.containsKey(path);
                status = paged || answers.containsKey(path) ? this.status : 404;
                body = paged
                        ? pages.get(path).apply(exchange.getRequestURI())
                        : answers.getOrDefault(path, "{}").getBytes(StandardCharsets.UTF_8);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
