package dev.hone.judge;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.LlmConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// An OpenAI-compatible server made by hand.
public final class TestingLlm implements AutoCloseable {

    /// What it was asked.
    public record Request(String authorization, JsonNode body) {

        /// The text that the model reads.
        public String prompt() {
            return body.at("/messages/0/content").asString() + "\n"
                    + body.at("/messages/1/content").asString();
        }
    }

    /// What it answers.
    public record Answer(int status, Map<String, String> headers, String body) {}

    public final List<Request> requests = new CopyOnWriteArrayList<>();

    /// How it answers.
    public volatile Function<Request, Answer> model;

    private final HttpServer server;

    public TestingLlm(Function<Request, Answer> model) {
        this.model = model;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", exchange -> {
            Request request = new Request(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    EventCodec.json().readTree(exchange.getRequestBody().readAllBytes()));
            requests.add(request);
            Answer answer = this.model.apply(request);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    public String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    /// The shipped composition with this server.
    public JudgeConfig judge() {
        return judge(0);
    }

    public JudgeConfig judge(int maxCalls) {
        return new JudgeConfig(
                "customized_protocol",
                "math_agent_llm",
                TestingEpisodes.MATH_AGENT.weights(),
                30,
                new LlmConfig(baseUrl(), "judge-1", "", "", 20, maxCalls, 10_000));
    }

    /// A response with that content.
    public static Answer content(String content) {
        return new Answer(
                200,
                Map.of("Content-Type", "application/json"),
                EventCodec.json()
                        .writeValueAsString(Map.of(
                                "choices",
                                List.of(Map.of(
                                        "finish_reason",
                                        "stop",
                                        "message",
                                        Map.of("role", "assistant", "content", content))))));
    }

    public static Answer verdict(boolean agrees) {
        return content("{\"reason\": \"I looked.\", \"agrees\": " + agrees + "}");
    }

    public static Answer status(int status, Map<String, String> headers) {
        return new Answer(status, headers, "{}");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
