package dev.hone.judge.modeljudge;

import dev.hone.contracts.run.LlmConfig;
import dev.hone.contracts.run.Outbound;
import dev.hone.judge.verifier.JudgeUnavailableException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/// One request to an OpenAI-compatible server. It is not repeated here: who gets a [JudgeUnavailableException] comes
/// again later.
final class LlmServer {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 1 << 20;

    /// The server understood and will not answer this request: asking again would end the same way.
    private static final Set<Integer> REFUSED = Set.of(400, 413, 422);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final UnaryOperator<String> environment;
    private final Outbound outbound;
    private final Clock clock;

    /// @param environment a variable's value by its name, for keys; null if it is not set
    /// @param outbound where a run may have this service connect
    LlmServer(UnaryOperator<String> environment, Outbound outbound, Clock clock) {
        this.environment = environment;
        this.outbound = outbound;
        this.clock = clock;
    }

    /// @param body of `/chat/completions`
    /// @return the response's text; empty if the server refuses the request for what is in it
    /// @throws JudgeUnavailableException if no answer came for another reason: too many requests, an error of the
    ///     server, a key that is not taken, no connection, or none in time
    /// @throws dev.hone.contracts.run.InvalidConfigException if there is no key, or the server may not be asked
    Optional<String> ask(LlmConfig llm, String body) throws InterruptedException {
        URI address = URI.create(llm.baseUrl().replaceAll("/+$", "") + "/chat/completions");
        outbound.require("hone.task_judge.llm.base_url", address);
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        llm.key().read(environment).ifPresent(key -> request.header("Authorization", "Bearer " + key));
        // Not the request's own timeout, which ends with the response's head.
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                request.build(), HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofString(), MAX_BYTES));
        try {
            HttpResponse<String> response = answer.get((long) (llm.timeout() * 1e9), TimeUnit.NANOSECONDS);
            int status = response.statusCode();
            if (status == 200) {
                return Optional.of(response.body());
            }
            if (REFUSED.contains(status)) {
                return Optional.empty();
            }
            throw new JudgeUnavailableException(
                    "The language model at " + address + " answered with status " + status + "; " + advice(status),
                    retryAfter(response));
        } catch (ExecutionException | TimeoutException e) {
            throw new JudgeUnavailableException(
                    "The language model at " + address + " gave no answer within " + llm.timeout() + " s ("
                            + (e.getCause() == null ? "too slow" : e.getCause())
                            + "); see that it runs, or raise task_judge.llm.timeout.",
                    Duration.ZERO);
        } finally {
            answer.cancel(true);
        }
    }

    private static String advice(int status) {
        return switch (status) {
            case 401, 403 -> "put a key that it takes where task_judge.llm says.";
            case 404 -> "check task_judge.llm.base_url and model.";
            case 429 -> "lower task_judge.llm.requests_per_second if that goes on.";
            default -> "see its log.";
        };
    }

    /// Seconds, or a date.
    private Duration retryAfter(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("").strip();
        if (value.matches("\\d{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            ZonedDateTime at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(clock.instant(), at.toInstant());
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
