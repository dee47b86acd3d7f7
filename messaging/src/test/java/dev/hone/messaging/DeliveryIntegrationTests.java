package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.messaging.Message;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(
        properties = {
            "spring.config.name=messaging",
            "spring.application.name=delivery-test",
            "spring.flyway.locations=classpath:db/messaging",
            "spring.cloud.function.definition=policyUpdated",
            "spring.cloud.stream.bindings.policyUpdated-in-0.destination=" + Topics.POLICY_UPDATED,
            "spring.cloud.stream.bindings.policyUpdated-in-0.group=delivery-test"
        })
class DeliveryIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SpringBootApplication
    @Import(MessagingConfiguration.class)
    static class Application {

        @Bean
        AtomicInteger failuresToCome() {
            return new AtomicInteger();
        }

        @Bean
        Consumer<Message<List<byte[]>>> policyUpdated(
                EventConsumers consumers, JdbcTemplate jdbc, AtomicInteger failures) {
            return consumers.consumer(PolicyUpdated.class, event -> {
                jdbc.update(
                        "insert into seen (run, version) values (?, ?)",
                        event.run().value(),
                        event.version());
                // Others' events on the shared broker are none of that test's.
                if (event.run().value().equals("retried") && failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("planted failure");
                }
            });
        }
    }

    @DynamicPropertySource
    static void infrastructure(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> TestInfrastructure.database("delivery"));
        registry.add("DB_PASSWORD", TestInfrastructure::password);
        registry.add("KAFKA_BROKERS", TestInfrastructure::brokers);
    }

    @Autowired
    private Outbox outbox;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private AtomicInteger failuresToCome;

    @Test
    void committedEventsArriveOnceAndInOrderAndRolledBackOnesNever() {
        prepare();
        for (int version = 0; version < 50; version++) {
            int number = version;
            transaction.executeWithoutResult(status -> outbox.publish(Topics.POLICY_UPDATED, updated("kept", number)));
        }
        transaction.executeWithoutResult(status -> {
            outbox.publish(Topics.POLICY_UPDATED, updated("dropped", 1));
            status.setRollbackOnly();
        });
        transaction.executeWithoutResult(status -> outbox.publish(Topics.POLICY_UPDATED, updated("kept", 50)));
        await().atMost(PATIENCE).until(() -> versions("kept").size() == 51);
        assertThat(versions("kept")).isSorted().doesNotHaveDuplicates();
        assertThat(versions("dropped")).isEmpty();
        assertThat(jdbc.queryForObject("select count(*) from outbox", Integer.class))
                .isZero();
    }

    @Test
    void messageDeliveredTwiceHasItsEffectOnce() {
        prepare();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            UUID id = UUID.randomUUID();
            for (int time = 0; time < 3; time++) {
                ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                        Topics.POLICY_UPDATED, "twice", dev.hone.contracts.EventCodec.encode(updated("twice", 1)));
                record.headers().add(new RecordHeader(EventConsumers.MESSAGE_ID, MessageIds.bytes(id)));
                producer.send(record);
            }
        }
        transaction.executeWithoutResult(status -> outbox.publish(Topics.POLICY_UPDATED, updated("twice", 2)));
        await().atMost(PATIENCE).until(() -> versions("twice").contains(2));
        assertThat(versions("twice")).containsExactly(1, 2);
    }

    @Test
    void handlerThatThrowsLeavesNothingBehindAndIsTriedAgain() {
        prepare();
        failuresToCome.set(2);
        transaction.executeWithoutResult(status -> outbox.publish(Topics.POLICY_UPDATED, updated("retried", 7)));
        await().atMost(PATIENCE).until(() -> versions("retried").size() == 1);
        assertThat(failuresToCome.get()).isEqualTo(-1);
    }

    @Test
    void publishingOutsideATransactionIsRefused() {
        assertThatThrownBy(() -> outbox.publish(Topics.POLICY_UPDATED, updated("loose", 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside a transaction");
    }

    private void prepare() {
        jdbc.execute("create table if not exists seen (run text, version int)");
        failuresToCome.set(0);
    }

    private List<Integer> versions(String run) {
        return jdbc.queryForList("select version from seen where run = ? order by ctid", Integer.class, run);
    }

    private static PolicyUpdated updated(String run, int version) {
        return new PolicyUpdated(new RunId(run), version, "sha256:00", Instant.EPOCH);
    }
}
