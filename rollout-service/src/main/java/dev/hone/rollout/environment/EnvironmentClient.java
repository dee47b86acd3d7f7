package dev.hone.rollout.environment;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.task.TaskEnvironment;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The environment service's protocol: docs/env-service.md. Every request may be sent again, because each names the
/// instance and the step that it means; one that fails is, until its deadline, three times in all.
@Component
class EnvironmentClient {

    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /// Bytes of an answer: what an environment shows goes into the model's context.
    private static final int LONGEST_ANSWER = 4 << 20;

    private static final int SHOWN = 300;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final Outbound outbound;

    EnvironmentClient(Outbound outbound) {
        this.outbound = outbound;
    }

    /// @return what the environment shows first
    JsonNode create(TaskEnvironment environment, UUID instance, long seed, Duration timeToLive, Deadline deadline) {
        return call(
                environment,
                "PUT",
                address(environment.url(), instance, ""),
                Map.of(
                        "env_type",
                        environment.envType(),
                        "task_id",
                        environment.taskId(),
                        "seed",
                        seed,
                        "ttl_s",
                        timeToLive.toSeconds()),
                deadline);
    }

    JsonNode step(TaskEnvironment environment, UUID instance, int step, String action, Deadline deadline) {
        return call(
                environment,
                "POST",
                address(environment.url(), instance, "/step"),
                Map.of("step", step, "action", action),
                deadline);
    }

    JsonNode evaluate(TaskEnvironment environment, UUID instance, String finalAnswer, Deadline deadline) {
        return call(
                environment,
                "POST",
                address(environment.url(), instance, "/evaluate"),
                Map.of("final_answer", finalAnswer),
                deadline);
    }

    /// Releases an instance; one that is not there is released.
    ///
    /// @throws IOException if the service does not say so
    void release(String url, UUID instance, Duration timeout) throws IOException, InterruptedException {
        try {
            HttpResponse<byte[]> answer =
                    send(HttpRequest.newBuilder(address(url, instance, "")).DELETE(), timeout);
            int status = answer.statusCode();
            if (status / 100 != 2 && status != 404 && status != 410) {
                throw new IOException("it answered " + status + " " + text(answer));
            }
        } catch (InvalidConfigException e) {
            throw new IOException("the run's " + e.getMessage(), e);
        }
    }

    private JsonNode call(
            TaskEnvironment environment, String method, URI address, Map<String, Object> body, Deadline deadline) {
        Duration timeout = Duration.ofNanos(Math.round(environment.callTimeout() * 1e9));
        String cause = "the episode's time was up";
        try {
            for (int attempt = 0; attempt < ATTEMPTS && !deadline.passed(); attempt++) {
                if (attempt > 0) {
                    deadline.pause(PAUSE.multipliedBy(1L << attempt));
                }
                try {
                    HttpResponse<byte[]> answer = send(
                            HttpRequest.newBuilder(address)
                                    .header("Content-Type", "application/json")
                                    .method(
                                            method,
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    EventCodec.json().writeValueAsBytes(body))),
                            deadline.atMost(timeout).left().plusMillis(1));
                    int status = answer.statusCode();
                    if (status / 100 == 2) {
                        return EventCodec.json().readTree(answer.body());
                    }
                    cause = "it answered " + status + " " + text(answer);
                    if (status != 429 && status < 500) {
                        throw refused(
                                method, address, cause, method.equals("POST") && (status == 404 || status == 410));
                    }
                } catch (IOException e) {
                    cause = e.toString();
                } catch (InvalidConfigException e) {
                    throw refused(method, address, String.valueOf(e.getMessage()), false);
                } catch (JacksonException e) {
                    throw refused(method, address, "it answered no JSON: " + e.getOriginalMessage(), false);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EpisodeFailedException(
                    new Failure(
                            "interrupted", "The environment's call was interrupted; the attempt is repeated.", true),
                    e);
        }
        throw new EpisodeFailedException(new Failure(
                "environment-unavailable",
                "The environment at " + address + " did not answer " + method + ": " + cause
                        + "; see that the service runs, or raise task_reader.env_service.call_timeout.",
                true));
    }

    /// @param lost whether the instance is gone, so that another attempt with a new one may do better
    static EpisodeFailedException refused(String method, URI address, String cause, boolean lost) {
        return new EpisodeFailedException(new Failure(
                lost ? "environment-lost" : "environment-refused",
                "The environment refused " + method + " " + address + ": " + cause + "; "
                        + (lost
                                ? "it lost the instance, perhaps because it was started again."
                                : "see its log, and docs/env-service.md for what it has to answer."),
                lost));
    }

    /// @throws InvalidConfigException if this service may not connect there
    private HttpResponse<byte[]> send(HttpRequest.Builder request, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest asked = request.timeout(timeout).build();
        outbound.require("hone.task_reader.env_service.env_url", asked.uri());
        return http.send(
                asked, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LONGEST_ANSWER));
    }

    static URI address(String url, UUID instance, String what) {
        return URI.create(url.replaceAll("/+$", "") + "/v1/instances/" + instance + what);
    }

    private static String text(HttpResponse<byte[]> answer) {
        String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
