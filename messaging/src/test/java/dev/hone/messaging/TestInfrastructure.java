package dev.hone.messaging;

import dev.hone.contracts.Topics;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// One real broker and one real database server for all tests of a JVM, started when first asked for: in the test's own
/// processes, or in containers with `-Dhone.test.infrastructure=containers` (needs a container engine and the module
/// `testcontainers-kafka` and `testcontainers-postgresql` on the test class path).
public final class TestInfrastructure {

    /// System property that chooses: `embedded` (the default) or `containers`.
    static final String CHOICE = "hone.test.infrastructure";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestInfrastructure() {}

    private static final class Running {
        static final TestServers SERVERS = choose(System.getProperty(CHOICE, "embedded"));

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(SERVERS::close));
            createTopics(SERVERS.brokers());
        }

        private static TestServers choose(String name) {
            return switch (name) {
                case "embedded" -> EmbeddedServers.start();
                case "containers" -> ContainerServers.start();
                default ->
                    throw new IllegalArgumentException(
                            CHOICE + " is '" + name + "'; set it to 'embedded' or 'containers'.");
            };
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
