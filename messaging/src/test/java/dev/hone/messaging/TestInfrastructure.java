package dev.hone.messaging;

import dev.hone.contracts.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// One real broker and one real database server for all tests of a JVM, started when first asked for: in containers
/// where a container engine is there, else in the test's own processes. `-Dhone.test.infrastructure=embedded` or
/// `=containers` decides in its place.
public final class TestInfrastructure {

    /// System property that chooses: `auto` (the default), `embedded` or `containers`.
    static final String CHOICE = "hone.test.infrastructure";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestInfrastructure() {}

    private static final class Running {
        static final TestServers SERVERS = choose(System.getProperty(CHOICE, "auto"));

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVERS::close));
            createTopics(SERVERS.brokers());
        }

        private static TestServers choose(String name) {
            return switch (name) {
                case "auto" ->
                    engineNamed() && ContainerServers.possible() ? ContainerServers.start() : EmbeddedServers.start();
                case "embedded" -> EmbeddedServers.start();
                case "containers" -> ContainerServers.start();
                default ->
                    throw new IllegalArgumentException(
                            CHOICE + " is '" + name + "'; set it to 'auto', 'embedded' or 'containers'.");
            };
        }

        /// Whether there is anything to ask; asking takes a second.
        private static boolean engineNamed() {
            return System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
        }

        private static void createTopics(String brokers) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
                admin.createTopics(Topics.ALL.stream()
                                .map(topic -> new NewTopic(topic, 4, (short) 1))
                                .toList())
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
            }
        }
    }

    /// JDBC address of a fresh, empty database.
    public static String database(String name) {
        return Running.SERVERS.createDatabase(name + DATABASES.incrementAndGet());
    }

    /// Password of user `postgres`.
    public static String password() {
        return Running.SERVERS.password();
    }

    /// `host:port` of the broker; every topic of [Topics] is there.
    public static String brokers() {
        return Running.SERVERS.brokers();
    }
}
