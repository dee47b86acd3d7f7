package dev.hone.gateway;

import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// MLflow's own server on a port of its own, which can be stopped and started again over what it has.
final class TestingMlflow implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(300);

    private final Path folder;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();
    private @Nullable Process server;

    TestingMlflow(Path folder) throws IOException {
        this.folder = folder;
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    void start() throws IOException {
        server = new ProcessBuilder(
                        TestingPython.program("mlflow").toString(),
                        "server",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--workers",
                        "1",
                        "--backend-store-uri",
                        "sqlite:///" + folder.resolve("mlflow.db"),
                        "--artifacts-destination",
                        folder.resolve("artifacts").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mlflow.log").toFile())
                .start();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> http.send(
                                        HttpRequest.newBuilder(URI.create(address() + "/health"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .statusCode()
                        == 200);
    }

    /// Ends it and what it started.
    void stop() throws InterruptedException {
        Process process = server;
        if (process != null) {
            var family = process.descendants().toList();
            process.destroy();
            family.forEach(ProcessHandle::destroy);
            process.waitFor(30, TimeUnit.SECONDS);
            family.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            server = null;
        }
    }

    JsonNode get(String call) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address() + "/api/2.0/mlflow/" + call)));
    }

    JsonNode post(String call, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address() + "/api/2.0/mlflow/" + call))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return EventCodec.json()
                .readTree(http.send(request.build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        http.close();
    }
}
