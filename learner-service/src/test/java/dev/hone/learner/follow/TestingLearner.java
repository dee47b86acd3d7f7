package dev.hone.learner.follow;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.offer.HostedPolicy;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A learner that publishes what it is told to, over a network that damages what it is told to.
final class TestingLearner implements AutoCloseable {
    static final RunId RUN = new RunId("followed");

    /// A version and the file that holds it.
    record Published(Target target, byte[] file, Policy policy) {}

    /// `Range` of each request for weights, empty if it had none.
    final List<String> ranges = new CopyOnWriteArrayList<>();

    /// What happens to the next answers with weights, one after another; then nothing does.
    final Queue<UnaryOperator<byte[]>> damage = new ConcurrentLinkedQueue<>();

    private final Path folder;
    private final HttpServer server;
    private volatile @Nullable Published current;

    TestingLearner(Path folder) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/policies", this::policies);
        server.createContext("/api/v1/runs/" + RUN + "/policy/weights", this::weights);
        server.createContext("/api/v1/runs/" + RUN + "/model/", this::companion);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// Weights drawn from a seed, as that version.
    Published made(int version, long seed) throws IOException {
        Policy policy = Policy.initialise(GoldenModel.directory(), seed, PolicyOptions.cpu());
        Path file = folder.resolve("made-" + version + "-" + seed);
        policy.exportState(file);
        return new Published(new Target(RUN, version, "sha256:" + policy.checksum()), Files.readAllBytes(file), policy);
    }

    void publish(@Nullable Published next) {
        current = next;
    }

    /// Loses the second half on the way.
    static byte[] cut(byte[] body) {
        return Arrays.copyOf(body, body.length / 2);
    }

    /// Flips a bit of the last weight.
    static byte[] flipped(byte[] body) {
        byte[] other = body.clone();
        other[other.length - 2] ^= 1;
        return other;
    }

    private void policies(HttpExchange exchange) throws IOException {
        Published now = current;
        List<HostedPolicy> hosted = now == null
                ? List.of()
                : List.of(new HostedPolicy(
                        RUN.value(), now.target().version(), now.target().checksum(), "float32", 4, 1));
        answer(exchange, 200, EventCodec.json().writeValueAsBytes(hosted));
    }

    private void companion(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Path file = GoldenModel.directory().resolve(path.substring(path.lastIndexOf('/') + 1));
        boolean there = Files.isRegularFile(file);
        answer(exchange, there ? 200 : 404, there ? Files.readAllBytes(file) : new byte[] {'-'});
    }

    private void weights(HttpExchange exchange) throws IOException {
        Published now = current;
        String query = exchange.getRequestURI().getQuery();
        if (now == null
                || !query.equals("version=" + now.target().version() + "&checksum="
                        + now.target().checksum())) {
            answer(exchange, 410, "{\"detail\": \"gone\"}".getBytes());
            return;
        }
        String range =
                exchange.getRequestHeaders().getOrDefault("Range", List.of("")).getFirst();
        ranges.add(range);
        int from = range.isEmpty() ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        byte[] rest = Arrays.copyOfRange(now.file(), from, now.file().length);
        UnaryOperator<byte[]> way = damage.poll();
        byte[] sent = way == null ? rest : way.apply(rest);
        exchange.sendResponseHeaders(from == 0 ? 200 : 206, rest.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().putAll(Map.of("Content-Type", List.of("application/json")));
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
