package dev.hone.rollout;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/// A service of environments that is done after one step and finds everything right; it can be told to misbehave.
public final class TestingEnvironment implements AutoCloseable {

    /// Requests that are answered 503, before anything else happens.
    public final AtomicInteger busyAnswers = new AtomicInteger();

    /// Requests whose effect happens, but whose answer is lost.
    public final AtomicInteger lostAnswers = new AtomicInteger();

    /// What it shows before the first step.
    public volatile String shows = "";

    public volatile double reward = 1;
    public volatile boolean releaseFails;
    public final Set<String> open = ConcurrentHashMap.newKeySet();
    public final List<String> created = new CopyOnWriteArrayList<>();
    public final List<String> released = new CopyOnWriteArrayList<>();

    /// By instance: the actions of its steps.
    public final Map<String, List<String>> steps = new ConcurrentHashMap<>();

    private final HttpServer server;

    public TestingEnvironment() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/instances/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!exchange.getRequestMethod().equals("DELETE") && busyAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            answer(exchange, 503, "{\"detail\": \"busy\"}");
            return;
        }
        String[] path = exchange.getRequestURI().getPath().split("/");
        String instance = path[3];
        String answer = effect(exchange.getRequestMethod(), instance, path.length > 4 ? path[4] : "", body);
        if (lostAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            exchange.close();
        } else if (answer.isEmpty()) {
            answer(exchange, releaseFails ? 500 : 404, "{\"detail\": \"no\"}");
        } else {
            answer(exchange, 200, answer);
        }
    }

    /// @return the answer; empty if there is none
    private synchronized String effect(String method, String instance, String what, byte[] body) {
        if (method.equals("PUT")) {
            if (open.add(instance)) {
                created.add(instance);
            }
            return "{\"observation\": \"" + shows + "\"}";
        }
        if (!open.contains(instance) || (method.equals("DELETE") && releaseFails)) {
            return "";
        }
        if (method.equals("DELETE")) {
            open.remove(instance);
            released.add(instance);
            return "{}";
        }
        if (what.equals("evaluate")) {
            return "{\"reward\": " + reward + ", \"cause\": \"\", \"reason\": \"It is right.\"}";
        }
        JsonNode step = EventCodec.json().readTree(body);
        List<String> made = steps.computeIfAbsent(instance, i -> new CopyOnWriteArrayList<>());
        if (step.path("step").asInt() == made.size()) {
            made.add(step.path("action").asString());
        }
        return "{\"observation\": \"Recorded.\", \"done\": true}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.sendResponseHeaders(status, body.length());
        exchange.getResponseBody().write(body.getBytes());
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
