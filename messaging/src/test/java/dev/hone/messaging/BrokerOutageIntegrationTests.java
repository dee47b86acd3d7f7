package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.FreePort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.messaging.Message;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/// The broker goes away, for longer than a sender waits for it, and comes back with its log. What was to be told waits
/// in the outbox, the log says so, and all of it arrives once, in order.
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
        properties = {
            "spring.config.name=messaging",
            "spring.application.name=broker-outage-test",
            "spring.flyway.locations=classpath:db/messaging",
            "spring.cloud.function.definition=policyUpdated",
            "spring.cloud.stream.bindings.policyUpdated-in-0.destination=" + Topics.POLICY_UPDATED,
            "spring.cloud.stream.bindings.policyUpdated-in-0.group=broker-outage-test",
            "hone.messaging.send-timeout=2s"
        })
class BrokerOutageIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int PORT = FreePort.next();

    @TempDir
    private static Path folder;

    private static EmbeddedKafka broker;

    @SpringBootApplication
    @Import(MessagingConfiguration.class)
    static class Application {

        @Bean
        Consumer<Message<List<byte[]>>> policyUpdated(EventConsumers consumers, JdbcTemplate jdbc) {
            return consumers.consumer(
                    PolicyUpdated.class, event -> jdbc.update("insert into seen values (?)", event.version()));
        }
    }

    @DynamicPropertySource
    static void infrastructure(DynamicPropertyRegistry registry) throws Exception {
        broker = EmbeddedKafka.start(folder, PORT);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            admin.createTopics(List.of(new NewTopic(Topics.POLICY_UPDATED, 4, (short) 1)))
                    .all()
                    .get();
        }
        registry.add("spring.datasource.url", () -> TestInfrastructure.database("broker-outage"));
        registry.add("DB_PASSWORD", TestInfrastructure::password);
        registry.add("KAFKA_BROKERS", () -> "127.0.0.1:" + PORT);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Autowired
    private Outbox outbox;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private JdbcTemplate jdbc;

    @Test
    void whatIsTellableWaitsForTheBrokerAndArrivesOnceInOrder(CapturedOutput log) {
        jdbc.execute("create table seen (version int)");
        publish(0);
        await().atMost(PATIENCE).until(() -> seen().size() == 1);

        broker.close();
        // Whoever works on does so: what it does commits.
        IntStream.rangeClosed(1, 300).forEach(this::publish);
        await().atMost(PATIENCE).until(() -> log.getOut().contains("300 events wait in the outbox, the oldest since "));
        assertThat(waiting()).isEqualTo(300);
        assertThat(log.getOut()).contains("They are sent when the broker takes them (docs/runbook.md#broker-gone)");

        broker = EmbeddedKafka.start(folder, PORT);
        await().atMost(PATIENCE).until(() -> seen().size() >= 301 && waiting() == 0);
        assertThat(seen())
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 300).boxed().toList());
    }

    private void publish(int version) {
        transaction.executeWithoutResult(status -> outbox.publish(
                Topics.POLICY_UPDATED, new PolicyUpdated(new RunId("outage"), version, "sha256:00", Instant.EPOCH)));
    }

    private List<Integer> seen() {
        return jdbc.queryForList("select version from seen order by ctid", Integer.class);
    }

    private int waiting() {
        Integer count = jdbc.queryForObject("select count(*) from outbox", Integer.class);
        return count == null ? 0 : count;
    }
}
