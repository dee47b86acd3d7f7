package dev.hone.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionRequest;
import dev.hone.contracts.sandbox.ExecutionResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/// The real service on a free port, driven over HTTP. Where the kernel refuses the jail, every call fails with its
/// reason.
public final class RunningSandbox implements AutoCloseable {
    private static final JsonMapper json = JsonMapper.shared();
    private static @Nullable RunningSandbox shared;

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private RunningSandbox(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static RunningSandbox start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(settings));
        arguments.add("--server.port=0");
        return new RunningSandbox(SandboxApplication.builder().run(arguments.toArray(String[]::new)));
    }

    /// With the default settings; one for all tests of this JVM.
    public static synchronized RunningSandbox shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /// The same with the jail started by a normal user where this JVM is root; elsewhere the service is one anyhow.
    public static RunningSandbox startAsUser(String... settings) {
        if (!System.getProperty("user.name").equals("root")) {
            return start(settings);
        }
        try {
            Path python = Files.createTempFile("python-as-user", "");
            Files.writeString(
                    python,
                    "#!/bin/sh\nexec setpriv --reuid=54322 --regid=54322 --clear-groups /usr/bin/python3 \"$@\"\n");
            Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwx------"));
            python.toFile().deleteOnExit();
            List<String> arguments = new ArrayList<>(List.of(settings));
            arguments.add("--sandbox.jail.python=" + python);
            return start(arguments.toArray(String[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public ExecutionResult run(String code) {
        return run(new ExecutionRequest(code, null, null));
    }

    public ExecutionResult run(ExecutionRequest request) {
        HttpResponse<String> answer = post(json.writeValueAsString(request));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readValue(answer.body(), ExecutionResult.class);
    }

    public HttpResponse<String> post(String body) {
        return send(HttpRequest.newBuilder(uri("/api/v1/executions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    /// Processes of the jail's outside: the daemon, a child of this JVM.
    public static Stream<ProcessHandle> daemons() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().command().orElse("").contains("python"));
    }

    @Override
    public void close() {
        context.close();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
