package dev.hone.rollout.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.task.TaskEnvironment;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Where an environment's address may lead.
class EnvironmentClientTests {

    private static final UUID INSTANCE = new UUID(1, 2);

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    /// Sends everybody on to another page of its own.
    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void create(Outbound outbound) {
        new EnvironmentClient(outbound)
                .create(
                        new TaskEnvironment(url(), "math", "t1", 5),
                        INSTANCE,
                        1,
                        Duration.ofSeconds(5),
                        Deadline.in(Duration.ofSeconds(5)));
    }

    @Test
    void aServiceThatOthersReachAsksNobodyBehindIt() {
        assertThatThrownBy(() -> create(Outbound.of("0.0.0.0", "")))
                .isInstanceOf(EpisodeFailedException.class)
                .hasMessageContaining("env_url leads to 127.0.0.1");
        assertThatThrownBy(() -> new EnvironmentClient(Outbound.of("0.0.0.0", ""))
                        .release(url(), INSTANCE, Duration.ofSeconds(5)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("env_url leads to 127.0.0.1");
        assertThat(asked).isEmpty();
    }

    @Test
    void aRedirectIsNotFollowed() {
        assertThatThrownBy(() -> create(Outbound.ANYWHERE)).hasMessageContaining("it answered 302");
        assertThat(asked).containsExactly("/v1/instances/" + INSTANCE);
    }
}
