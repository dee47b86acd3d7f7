package dev.hone.rollout.tool;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.stereotype.Component;

/// sandbox-service over REST. A full sandbox is asked again until the deadline; a broken connection is not,
/// because the code may have run.
@Component
class RestSandbox implements Sandbox {

    private static final Duration PAUSE = Duration.ofMillis(200);

    /// What queueing and starting may take on top of the code's own limit.
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int TOO_LARGE = 413;
    private static final int BAD_REQUEST = 400;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI address;

    RestSandbox(SandboxProperties properties) {
        this.address = properties.url().resolve("/api/v1/executions");
    }

    @Override
    public ExecutionResult execute(String code, Duration timeout, Deadline deadline) {
        byte[] body =
                EventCodec.json().writeValueAsBytes(new ExecutionRequest(code, timeout.toMillis() / 1000.0, null));
        try {
            while (!deadline.passed()) {
                HttpResponse<byte[]> response = http.send(
                        HttpRequest.newBuilder(address)
                                .timeout(deadline.atMost(timeout.plus(MARGIN))
                                        .left()
                                        .plusMillis(1))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                String answer = new String(response.body(), StandardCharsets.UTF_8);
                switch (response.statusCode()) {
                    case 200 -> {
                        return EventCodec.json().readValue(answer, ExecutionResult.class);
                    }
                    case TOO_MANY_REQUESTS -> deadline.pause(PAUSE);
                    case BAD_REQUEST, TOO_LARGE -> {
                        return new ExecutionResult("", "The code was refused", 1, false, false, 0, "none");
                    }
                    default -> throw unavailable("it answered " + response.statusCode() + " " + answer, null);
                }
            }
            throw unavailable("it was full until the deadline", null);
        } catch (IOException e) {
            throw unavailable(e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EpisodeFailedException(
                    new Failure("interrupted", "The tool call was interrupted; the attempt is repeated.", true), e);
        }
    }

    private EpisodeFailedException unavailable(String cause, @org.jspecify.annotations.Nullable Throwable e) {
        Failure failure = new Failure(
                "sandbox-unavailable",
                "The sandbox at " + address + " ran no code: " + cause
                        + "; see that sandbox-service runs and is ready.",
                true);
        return e == null ? new EpisodeFailedException(failure) : new EpisodeFailedException(failure, e);
    }
}
