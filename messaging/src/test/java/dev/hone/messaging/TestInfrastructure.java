package dev.hone.messaging;

import dev.hone.contracts.Topics;
import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// One real broker and one real database server for all tests of a JVM, started when first asked for.
public final class TestInfrastructure {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestInfrastructure() {}

    private static final class Running {
        static final EmbeddedPostgres POSTGRES;
        static final EmbeddedKafka KAFKA;

        static {
            Path folder = temporary();
            POSTGRES = EmbeddedPostgres.start(folder.resolve("postgres"));
            KAFKA = EmbeddedKafka.start(folder.resolve("kafka"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                POSTGRES.close();
                KAFKA.close();
            }));
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.brokers()))) {
                admin.createTopics(Topics.ALL.stream()
                                .map(topic -> new NewTopic(topic, 4, (short) 1))
                                .toList())
                        .all()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
            }
        }

        private static Path temporary() {
            try {
                return Files.createTempDirectory("hone-test-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// JDBC address of a fresh, empty database.
    public static String database(String name) {
        return Running.POSTGRES.url(name + DATABASES.incrementAndGet());
    }

    /// Password of user `postgres`.
    public static String password() {
        return Running.POSTGRES.password();
    }

    /// `host:port` of the broker; every topic of [Topics] is there.
    public static String brokers() {
        return Running.KAFKA.brokers();
    }
}
