package dev.hone.rollout.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.tracing.EpisodeTraces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What sandbox-service may answer, and what is made of it.
class RestSandboxTests {

    private static final ToolCall CALL = new ToolCall(
            TestingEpisodes.issued().episode(), "print(17*23)", Duration.ofSeconds(2), Duration.ofSeconds(1));
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String FULL = "{\"detail\": \"All slots are taken\"}";
    private static final String NO_JAIL = "{\"detail\": \"No jail\", \"may_have_run\": false}";
    private static final String LOST_TWICE = "{\"detail\": \"The jail was lost\", \"may_have_run\": true}";

    /// @param load what `X-Hone-Load` says
    private record Answer(int status, String body, String load) {
        static Answer of(int status, String body) {
            return new Answer(status, body, "0.0");
        }
    }

    private static Answer result(String load) {
        return new Answer(
                200,
                EventCodec.json()
                        .writeValueAsString(new ExecutionResult("391\n", "", 0, false, false, 1, "namespaces")),
                load);
    }

    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<ExecutionRequest> requests = new CopyOnWriteArrayList<>();
    private final List<String> episodes = new CopyOnWriteArrayList<>();
    private final List<String> secrets = new CopyOnWriteArrayList<>();
    private final CountDownLatch twoRequests = new CountDownLatch(2);
    private HttpServer server;
    private RestSandbox sandbox;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/api/v1/executions", this::answer);
        server.start();
        sandbox = new RestSandbox(
                new SandboxProperties(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                EpisodeTraces.none(),
                ServiceSecret.of(SECRET, ""));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /// The last answer stays.
    private void answer(HttpExchange exchange) throws IOException {
        requests.add(EventCodec.json().readValue(exchange.getRequestBody().readAllBytes(), ExecutionRequest.class));
        episodes.add(exchange.getRequestHeaders().getFirst("X-Hone-Episode"));
        secrets.add(exchange.getRequestHeaders().getFirst(ServiceSecret.HEADER));
        Answer answer = answers.size() > 1 ? answers.remove() : answers.element();
        exchange.getResponseHeaders().set("X-Hone-Load", answer.load());
        byte[] body = answer.body().getBytes();
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
        twoRequests.countDown();
    }

    @Test
    void sendsTheRunsLimitsAndTheEpisode() {
        answers.add(result("0.0"));

        assertThat(sandbox.execute(CALL, Deadline.in(Duration.ofSeconds(30))).stdout())
                .isEqualTo("391\n");

        assertThat(requests).containsExactly(new ExecutionRequest("print(17*23)", 2.0, 1.0));
        assertThat(episodes).containsExactly(CALL.episode().id());
        assertThat(secrets).containsExactly(SECRET);
    }

    @Test
    void asksAgainWhileTheSandboxIsFullOrWithoutAJail() {
        answers.addAll(List.of(Answer.of(429, FULL), Answer.of(503, NO_JAIL), Answer.of(429, FULL), result("0.0")));

        assertThat(sandbox.execute(CALL, Deadline.in(Duration.ofSeconds(30))).exitCode())
                .isZero();

        assertThat(requests).hasSize(4);
        assertThat(sandbox.full()).isFalse();
    }

    @Test
    void neverAsksAgainWhereTheCodeMayHaveRun() {
        answers.add(Answer.of(503, LOST_TWICE));

        assertThatThrownBy(() -> sandbox.execute(CALL, Deadline.in(Duration.ofSeconds(30))))
                .isInstanceOf(EpisodeFailedException.class)
                .hasMessageContaining("The jail was lost");

        assertThat(requests).hasSize(1);
    }

    @Test
    void givesUpAtTheDeadline() {
        answers.add(Answer.of(429, FULL));

        assertThatThrownBy(() -> sandbox.execute(CALL, Deadline.in(Duration.ofMillis(400))))
                .isInstanceOfSatisfying(
                        EpisodeFailedException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("sandbox-full"));
    }

    @Test
    void waitsForASandboxThatIsAwayUntilTheDeadline() {
        server.stop(0);

        assertThatThrownBy(() -> sandbox.execute(CALL, Deadline.in(Duration.ofMillis(400))))
                .isInstanceOfSatisfying(
                        EpisodeFailedException.class,
                        e -> assertThat(e.failure().code()).isEqualTo("sandbox-unavailable"));
    }

    @Test
    void isFullWhileACallWaitsForRoom() throws Exception {
        answers.add(Answer.of(429, FULL));
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> waiting = callers.submit(() -> sandbox.execute(CALL, Deadline.in(Duration.ofSeconds(30))));
            twoRequests.await();
            assertThat(sandbox.full()).isTrue();
            waiting.cancel(true);
        }
        assertThat(sandbox.full()).isFalse();
    }

    @Test
    void isFullOnceTheSandboxsQueueIsOverHalf() {
        answers.add(result("0.4"));
        sandbox.execute(CALL, Deadline.in(Duration.ofSeconds(30)));
        assertThat(sandbox.full()).isFalse();

        answers.clear();
        answers.add(result("0.6"));
        sandbox.execute(CALL, Deadline.in(Duration.ofSeconds(30)));
        assertThat(sandbox.full()).isTrue();
    }
}
