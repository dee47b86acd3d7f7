package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The gateway's REST interface, as the command line uses it.
final class GatewayClient {

    private static final String RUNS = "/api/v1/runs";
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int REFUSED = 400;
    private static final int BROKEN = 500;

    private final URI base;
    private final HttpClient http = HttpClient.newHttpClient();

    private final Optional<String> key;

    GatewayClient(URI base) {
        this(base, Optional.empty());
    }

    /// @param key that is sent with every request
    GatewayClient(URI base, Optional<String> key) {
        this.base = base;
        this.key = key;
    }

    /// A value as part of an address.
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Address of a run.
    static String run(String name) {
        return RUNS + "/" + encoded(name);
    }

    /// Submits a run.
    ///
    /// @return its name
    /// @throws UserErrorException with every problem, if it is refused
    String submit(String yaml) {
        return post(RUNS, yaml).path("run").asString();
    }

    /// Sends a file.
    ///
    /// @throws UserErrorException with every problem, if it is refused
    JsonNode post(String path, String yaml) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(yaml)));
    }

    /// Sends JSON.
    ///
    /// @throws UserErrorException with every problem, if it is refused
    JsonNode postJson(String path, JsonNode body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    /// @throws UserErrorException if it is refused
    /// @throws NoGatewayException if nobody answers
    JsonNode get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).GET());
    }

    JsonNode post(String path) {
        return send(HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /// The items of a list that comes in pages, at most so many.
    ///
    /// @param path with parameters, or without
    /// @param name of the list in a page
    List<JsonNode> list(String path, String name, int atMost) {
        List<JsonNode> items = new ArrayList<>();
        String more = path.contains("?") ? "&" : "?";
        JsonNode page = get(path);
        while (true) {
            page.path(name).forEach(items::add);
            if (items.size() >= atMost || !page.path("next").isString()) {
                return items.subList(0, Math.min(atMost, items.size()));
            }
            page = get(path + more + "after=" + encoded(page.path("next").asString()));
        }
    }

    /// Runs in short, newest first, at most so many.
    ///
    /// @param state only runs in this one; null: in any
    List<JsonNode> newestRuns(@Nullable String state, int atMost) {
        return list(state == null ? RUNS : RUNS + "?state=" + encoded(state), "runs", atMost);
    }

    /// Returns when the run has ended, as its stream of events tells by its own end, or after so long.
    void awaitEnd(String run, Duration atMost) throws InterruptedException {
        HttpRequest.Builder events = HttpRequest.newBuilder(uri(run(run) + "/events"));
        CompletableFuture<?> end = http.sendAsync(withKey(events), HttpResponse.BodyHandlers.discarding());
        try {
            end.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            end.cancel(true); // the caller looks where the run stands
        }
    }

    /// A body as it comes, however long that takes. The caller closes it.
    ///
    /// @param headers names and values in turn
    InputStream open(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).GET();
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<InputStream> response = exchange(request, HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() < REFUSED) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            throw refusal(response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw gone(e);
        }
    }

    /// An address that people can open.
    URI uri(String path) {
        return base.resolve(path);
    }

    NoGatewayException gone(IOException cause) {
        return new NoGatewayException(
                "The gateway at " + base + " does not answer (" + cause + "). See that it runs, then try again.",
                cause);
    }

    private JsonNode send(HttpRequest.Builder request) {
        HttpResponse<String> response = exchange(
                request.timeout(TIMEOUT).header("Accept", "application/json"), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() >= REFUSED) {
            throw refusal(response.statusCode(), response.body());
        }
        return response.body().isBlank()
                ? EventCodec.json().createObjectNode()
                : EventCodec.json().readTree(response.body());
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(withKey(request), body);
        } catch (IOException e) {
            throw gone(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the gateway", e);
        }
    }

    private HttpRequest withKey(HttpRequest.Builder request) {
        key.ifPresent(secret -> request.setHeader("Authorization", "Bearer " + secret));
        return request.build();
    }

    private static RuntimeException refusal(int status, String body) {
        String message = problem(status, body);
        return status < BROKEN ? new UserErrorException(message) : new IllegalStateException(message);
    }

    private static String problem(int status, String body) {
        JsonNode problem;
        try {
            problem = EventCodec.json().readTree(body);
        } catch (RuntimeException e) {
            return "The gateway answered " + status + ": " + body;
        }
        List<String> lines = new ArrayList<>();
        for (JsonNode error : problem.path("errors")) {
            lines.add(
                    error.path("key").asString("") + " " + error.path("message").asString(""));
        }
        if (lines.isEmpty()) {
            String title = problem.path("title").asString("The gateway answered " + status + ": " + body);
            lines.add(problem.path("detail").asString(title));
        }
        return String.join("\n      ", lines);
    }
}
