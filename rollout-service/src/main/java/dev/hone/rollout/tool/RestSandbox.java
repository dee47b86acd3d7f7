package dev.hone.rollout.tool;

import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.tracing.EpisodeSpan;
import dev.hone.tracing.EpisodeTraces;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// sandbox-service over REST. One that is full, away or without a jail is asked again, ever more seldom, until the
/// call's
/// deadline; but never where the code may have run: sandbox-service itself has run it once more then.
@Component
class RestSandbox implements Sandbox {

    /// What waiting for room may take on top of the code's own limit.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /// Share of the sandbox's queue from which on no further episodes begin, and how long such news is good.
    private static final double BUSY = 0.5;

    private static final Duration NEWS = Duration.ofSeconds(1);

    private static final String FULL = "sandbox-full";
    private static final String GONE = "sandbox-unavailable";

    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;
    private final EpisodeTraces traces;
    private final ServiceSecret secret;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile Deadline busy = Deadline.in(Duration.ZERO);

    RestSandbox(SandboxProperties properties, EpisodeTraces traces, ServiceSecret secret) {
        this.traces = traces;
        this.secret = secret;
        this.address = properties.url().resolve("/api/v1/executions");
    }

    @Override
    public boolean full() {
        return waiting.get() > 0 || !busy.passed();
    }

    @Override
    public ExecutionResult execute(ToolCall call, Deadline deadline) {
        Deadline end = deadline.atMost(call.timeout().plus(PATIENCE));
        try (EpisodeSpan span = traces.begin(call.episode(), "tool call")) {
            Answer answer = ask(call, span, end);
            return answer instanceof Answer.Later later ? askAgain(call, span, end, later) : result(answer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EpisodeFailedException(
                    new Failure("interrupted", "The tool call was interrupted; the attempt is repeated.", true), e);
        }
    }

    private ExecutionResult askAgain(ToolCall call, EpisodeSpan span, Deadline end, Answer.Later first)
            throws InterruptedException {
        waiting.incrementAndGet();
        try {
            Answer answer = first;
            Duration pause = FIRST_PAUSE;
            while (answer instanceof Answer.Later && !end.passed()) {
                // Between half of it and one and a half, so that those who were refused together do not come together.
                end.pause(Duration.ofMillis(
                        ThreadLocalRandom.current().nextLong(pause.toMillis() / 2, pause.toMillis() * 3 / 2)));
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
                answer = end.passed() ? answer : ask(call, span, end);
            }
            return result(answer);
        } finally {
            waiting.decrementAndGet();
        }
    }

    /// What one request came to.
    private sealed interface Answer {
        record Result(ExecutionResult result) implements Answer {}

        /// The code did not run, and may another time.
        record Later(String failure, String reason) implements Answer {}

        record Failed(String reason, @Nullable Exception cause) implements Answer {}
    }

    private Answer ask(ToolCall call, EpisodeSpan span, Deadline end) throws InterruptedException {
        try {
            HttpResponse<byte[]> response =
                    http.send(request(call, span, end), HttpResponse.BodyHandlers.ofByteArray());
            noteLoad(response);
            return switch (response.statusCode()) {
                case OK -> new Answer.Result(EventCodec.json().readValue(response.body(), ExecutionResult.class));
                case BAD_REQUEST, TOO_LARGE ->
                    new Answer.Result(new ExecutionResult("", "The code was refused", 1, false, false, 0, "none"));
                case TOO_MANY_REQUESTS -> new Answer.Later(FULL, said(response));
                case UNAVAILABLE ->
                    certainlyDidNotRun(response)
                            ? new Answer.Later(GONE, said(response))
                            : new Answer.Failed(said(response), null);
                default -> new Answer.Failed(said(response), null);
            };
        } catch (ConnectException e) {
            return new Answer.Later(GONE, e.toString());
        } catch (IOException | JacksonException e) {
            return new Answer.Failed(e.toString(), e);
        }
    }

    private HttpRequest request(ToolCall call, EpisodeSpan span, Deadline end) {
        Double cpu = call.cpu().isZero() ? null : call.cpu().toMillis() / 1000.0;
        byte[] body = EventCodec.json()
                .writeValueAsBytes(
                        new ExecutionRequest(call.code(), call.timeout().toMillis() / 1000.0, cpu));
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(end.left().isPositive() ? end.left() : Duration.ofMillis(1))
                .header("Content-Type", "application/json")
                .header("X-Hone-Episode", call.episode().id())
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        secret.sign(request::header);
        span.header().ifPresent(ids -> request.header(EpisodeTraces.HEADER, ids));
        return request.build();
    }

    private void noteLoad(HttpResponse<?> response) {
        double load = response.headers()
                .firstValue("X-Hone-Load")
                .map(Double::parseDouble)
                .orElse(0.0);
        if (load > BUSY) {
            busy = Deadline.in(NEWS);
        }
    }

    private static boolean certainlyDidNotRun(HttpResponse<byte[]> response) {
        try {
            JsonNode mayHaveRun = EventCodec.json().readTree(response.body()).path("may_have_run");
            return mayHaveRun.isBoolean() && !mayHaveRun.asBoolean();
        } catch (JacksonException e) {
            return false; // not sandbox-service's own answer
        }
    }

    private static String said(HttpResponse<byte[]> response) {
        return "it answered " + response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
    }

    private ExecutionResult result(Answer answer) {
        return switch (answer) {
            case Answer.Result(ExecutionResult result) -> result;
            case Answer.Later(String failure, String reason) ->
                throw failure(failure, "did not run the code in time: " + reason, null);
            case Answer.Failed(String reason, Exception cause) ->
                throw failure(GONE, "gave no result: " + reason, cause);
        };
    }

    private EpisodeFailedException failure(String code, String what, @Nullable Exception cause) {
        Failure failure = new Failure(
                code, "The sandbox at " + address + " " + what + "; see that sandbox-service runs and is ready.", true);
        return cause == null ? new EpisodeFailedException(failure) : new EpisodeFailedException(failure, cause);
    }
}
