package dev.hone.gateway;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Speaks to a gateway over HTTP, as curl would.
final class TestingApi implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;
    private final @Nullable String key;

    TestingApi(String address) {
        this(address, null);
    }

    /// @param key of Hone's, or a token; null: none
    TestingApi(String address, @Nullable String key) {
        this.address = address;
        this.key = key;
    }

    record Answer(int status, String location, String contentType, boolean replayed, String text) {
        JsonNode json() {
            return EventCodec.json().readTree(text);
        }
    }

    Answer get(String path) throws Exception {
        return send(HttpRequest.newBuilder().GET(), path);
    }

    Answer get(String path, String header, String value) throws Exception {
        return send(HttpRequest.newBuilder().GET().setHeader(header, value), path);
    }

    Answer post(String path) throws Exception {
        return send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody()), path);
    }

    Answer submit(String path, String file, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(file));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request, path);
    }

    /// Posts JSON.
    Answer post(String path, String json, String... headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return submit(path, json, all.toArray(String[]::new));
    }

    /// Any method.
    Answer ask(String method, String path, @Nullable String contentType, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder()
                .method(
                        method,
                        contentType == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        return send(request, path);
    }

    private Answer send(HttpRequest.Builder request, String path) throws IOException, InterruptedException {
        if (key != null) {
            request.setHeader("Authorization", "Bearer " + key);
        }
        HttpResponse<String> response =
                http.send(request.uri(URI.create(address + path)).build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Location").orElse(""),
                response.headers().firstValue("Content-Type").orElse(""),
                response.headers().firstValue("Idempotency-Replayed").isPresent(),
                response.body());
    }

    /// An event of a stream.
    record Sse(long id, String name, JsonNode data) {}

    /// Reads the run's stream to its end.
    List<Sse> events(String run, long after) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/api/v1/runs/" + run + "/events"))
                .timeout(Duration.ofSeconds(60));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (after > 0) {
            request.header("Last-Event-ID", Long.toString(after));
        }
        List<Sse> events = new ArrayList<>();
        try (Stream<String> lines =
                http.send(request.build(), HttpResponse.BodyHandlers.ofLines()).body()) {
            long[] id = new long[1];
            String[] name = new String[1];
            lines.forEach(line -> {
                if (line.startsWith("id:")) {
                    id[0] = Long.parseLong(line.substring(3).strip());
                } else if (line.startsWith("event:")) {
                    name[0] = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    events.add(new Sse(id[0], name[0], EventCodec.json().readTree(line.substring(5))));
                }
            });
        }
        return events;
    }

    @Override
    public void close() {
        http.close();
    }
}
