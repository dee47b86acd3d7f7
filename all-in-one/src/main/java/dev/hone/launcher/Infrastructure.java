package dev.hone.launcher;

import dev.hone.contracts.Topics;
import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Broker and database server of one data directory.
record Infrastructure(EmbeddedKafka kafka, EmbeddedPostgres postgres) implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final int TOPICS_SECONDS = 60;

    /// Starts both at once.
    static Infrastructure start(Path folder) {
        return start(folder, Infrastructure::createTopics);
    }

    /// Starts both at once; if anything fails, neither is left running.
    ///
    /// @param prepare what to do with the broker as soon as it runs
    static Infrastructure start(Path folder, Consumer<EmbeddedKafka> prepare) {
        CompletableFuture<EmbeddedKafka> kafka =
                CompletableFuture.supplyAsync(() -> EmbeddedKafka.start(folder.resolve("kafka")));
        CompletableFuture<Void> prepared = kafka.thenAccept(prepare);
        CompletableFuture<EmbeddedPostgres> postgres =
                CompletableFuture.supplyAsync(() -> EmbeddedPostgres.start(folder.resolve("postgres")));
        try {
            CompletableFuture.allOf(prepared, postgres).join();
        } catch (CompletionException e) {
            kafka.thenAccept(EmbeddedKafka::close);
            postgres.thenAccept(EmbeddedPostgres::close);
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        return new Infrastructure(kafka.join(), postgres.join());
    }

    private static void createTopics(EmbeddedKafka broker) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            Set<String> missing = new HashSet<>(Topics.ALL);
            missing.removeAll(admin.listTopics().names().get(TOPICS_SECONDS, TimeUnit.SECONDS));
            List<NewTopic> topics = missing.stream()
                    .map(name -> new NewTopic(name, PARTITIONS, (short) 1))
                    .toList();
            admin.createTopics(topics).all().get(TOPICS_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while topics were being made", e);
        } catch (Exception e) {
            throw new IllegalStateException("Kafka's topics cannot be made: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        postgres.close();
        kafka.close();
    }
}
