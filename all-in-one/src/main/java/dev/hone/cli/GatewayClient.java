package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.JsonNode;

/// The gateway's REST interface, as the command line uses it.
final class GatewayClient {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final URI base;
    private final HttpClient http = HttpClient.newHttpClient();

    GatewayClient(URI base) {
        this.base = base;
    }

    /// Submits a run.
    ///
    /// @return its name
    /// @throws UserErrorException with every problem, if it is refused
    String submit(String yaml) {
        return post("/api/v1/runs", yaml).path("run").asString();
    }

    /// Sends a file.
    ///
    /// @throws UserErrorException with every problem, if it is refused
    JsonNode post(String path, String yaml) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(yaml)));
    }

    JsonNode get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    JsonNode post(String path) {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /// Returns when the run has ended, as its stream of events tells by its own end, or after so long.
    void awaitEnd(String run, Duration atMost) throws InterruptedException {
        HttpRequest events =
                HttpRequest.newBuilder(uri("/api/v1/runs/" + run + "/events")).build();
        CompletableFuture<?> end = http.sendAsync(events, HttpResponse.BodyHandlers.discarding());
        try {
            end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            end.cancel(true); // the caller looks where the run stands
        }
    }

    private URI uri(String path) {
        return base.resolve(path);
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(
                    request.timeout(TIMEOUT)
                            .header("Accept", "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new UserErrorException(problem(response));
            }
            return response.body().isBlank()
                    ? EventCodec.json().createObjectNode()
                    : EventCodec.json().readTree(response.body());
        } catch (IOException e) {
            throw new IllegalStateException("The gateway at " + base + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the gateway", e);
        }
    }

    private static String problem(HttpResponse<String> response) {
        JsonNode problem;
        try {
            problem = EventCodec.json().readTree(response.body());
        } catch (RuntimeException e) {
            return "The gateway answered " + response.statusCode() + ": " + response.body();
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode error : problem.path("errors")) {
            lines.add(
                    error.path("key").asString("") + " " + error.path("message").asString(""));
        }
        if (lines.isEmpty()) {
            lines.add(problem.path("detail").asString(problem.path("title").asString(response.body())));
        }
        return String.join("\n      ", lines);
    }
}
