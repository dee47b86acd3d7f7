package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The command line as a process of its own.
final class TestingProcess implements AutoCloseable {

    private static final Pattern GATEWAY = Pattern.compile("Gateway: (http://\\S+) .*");
    private static final int END_SECONDS = 300;

    private final Process process;
    private final BufferedReader progress;
    private final List<String> said = new ArrayList<>();

    private TestingProcess(Process process) {
        this.process = process;
        this.progress = process.errorReader();
    }

    static TestingProcess start(String... arguments) throws IOException {
        return start(Map.of(), arguments);
    }

    /// @param environment variables beside this process's own
    static TestingProcess start(Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new TestingProcess(builder.start());
    }

    /// Reads progress until the gateway is named.
    URI gateway() throws IOException {
        Matcher line = GATEWAY.matcher(await(said -> GATEWAY.matcher(said).matches()));
        if (!line.matches()) {
            throw new AssertionError("The gateway's line changed while it was read");
        }
        return URI.create(line.group(1));
    }

    /// Reads progress until a line is as wanted.
    String await(Predicate<String> wanted) throws IOException {
        for (String line = progress.readLine(); line != null; line = progress.readLine()) {
            said.add(line);
            if (wanted.test(line)) {
                return line;
            }
        }
        throw new AssertionError("The process ended without saying what was awaited: " + said);
    }

    /// Reads a run's events until a group of the step is closed, and others are not.
    void awaitMiddleOf(String run, String purpose, int step) throws IOException, InterruptedException {
        URI events = gateway().resolve("/api/v1/runs/" + run + "/events");
        await(("Run " + run + " is running")::equals);
        try (HttpClient http = HttpClient.newHttpClient();
                Stream<String> lines = http.send(
                                HttpRequest.newBuilder(events).build(), HttpResponse.BodyHandlers.ofLines())
                        .body()) {
            boolean met = lines.filter(line -> line.startsWith("data:"))
                    .map(line -> EventCodec.json().readTree(line.substring("data:".length())))
                    .anyMatch(data -> isMiddleOf(data, purpose, step));
            if (!met) {
                throw new AssertionError("Run " + run + " ended before the middle of " + purpose + " " + step);
            }
        }
    }

    private static boolean isMiddleOf(JsonNode data, String purpose, int step) {
        int closed = data.path("groupsClosed").asInt(0);
        return data.path("purpose").asString("").equals(purpose)
                && data.path("step").asInt() == step
                && closed > 0
                && closed < data.path("groups").asInt();
    }

    /// The process and all below it.
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /// SIGTERM; what it still says can be read.
    void stop() {
        process.toHandle().destroy();
    }

    /// SIGKILL.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Reads what it still says, and waits for its end.
    TestingTerminal end() throws IOException, InterruptedException {
        List<String> results = process.inputReader().lines().toList();
        progress.lines().forEach(said::add);
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("The process has not ended: " + said);
        }
        return new TestingTerminal(process.exitValue(), results, List.copyOf(said));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
