package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.messaging.Message;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

/// A reader that is slower than what it reads from: what it has not handled waits with the broker, not in its memory,
/// and how much that is can be seen; nobody else is held up, and nothing is lost.
@SpringBootTest(
        properties = {
            "spring.config.name=messaging",
            "spring.application.name=slow-test",
            "spring.flyway.locations=classpath:db/messaging",
            "spring.cloud.function.definition=policyUpdated",
            "spring.cloud.stream.bindings.policyUpdated-in-0.destination=" + Topics.POLICY_UPDATED,
            "spring.cloud.stream.bindings.policyUpdated-in-0.group=slow-test"
        })
class SlowConsumerIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int EVENTS = 600;

    /// What messaging.yml lets one poll bring.
    private static final int AT_ONCE = 50;

    @SpringBootApplication
    @Import(MessagingConfiguration.class)
    static class Application {

        /// Events that may be handled.
        @Bean
        Semaphore leave() {
            return new Semaphore(0);
        }

        @Bean
        Queue<Integer> batches() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        Queue<Integer> handled() {
            return new ConcurrentLinkedQueue<>();
        }

        @Bean
        Consumer<Message<List<byte[]>>> policyUpdated(
                EventConsumers consumers, Semaphore leave, Queue<Integer> batches, Queue<Integer> handled) {
            Consumer<Message<List<byte[]>>> consumer = consumers.consumer(PolicyUpdated.class, event -> {
                // Others' events on the shared broker are none of this test's.
                if (event.run().value().equals("slow")) {
                    leave.acquireUninterruptibly();
                    handled.add(event.version());
                }
            });
            return message -> {
                batches.add(message.getPayload().size());
                consumer.accept(message);
            };
        }
    }

    @DynamicPropertySource
    static void infrastructure(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> TestInfrastructure.database("slow"));
        registry.add("DB_PASSWORD", TestInfrastructure::password);
        registry.add("KAFKA_BROKERS", TestInfrastructure::brokers);
    }

    @Autowired
    private Outbox outbox;

    @Autowired
    private TransactionTemplate transaction;

    @Autowired
    private Semaphore leave;

    @Autowired
    private Queue<Integer> batches;

    @Autowired
    private Queue<Integer> handled;

    @Test
    void whatASlowReaderHasNotHandledWaitsWithTheBrokerAndCanBeSeen() {
        IntStream.range(0, EVENTS)
                .forEach(version -> transaction.executeWithoutResult(status -> outbox.publish(
                        Topics.POLICY_UPDATED,
                        new PolicyUpdated(new RunId("slow"), version, "sha256:00", Instant.EPOCH))));
        // The sender is done, whatever the reader does.
        leave.release(AT_ONCE);
        await().atMost(PATIENCE).until(() -> handled.size() == AT_ONCE && lag() >= EVENTS - 3 * AT_ONCE);
        assertThat(batches).allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(AT_ONCE));

        leave.release(EVENTS);
        await().atMost(PATIENCE).until(() -> handled.size() == EVENTS && lag() == 0);
        assertThat(handled)
                .containsExactlyElementsOf(IntStream.range(0, EVENTS).boxed().toList());
    }

    /// What the broker has beyond what the reader has told it to have handled.
    private static long lag() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestInfrastructure.brokers()))) {
            Map<TopicPartition, OffsetAndMetadata> read = admin.listConsumerGroupOffsets("slow-test")
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS);
            Map<TopicPartition, OffsetSpec> ends = read.keySet().stream()
                    .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
            return admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS).entrySet().stream()
                    .mapToLong(end ->
                            end.getValue().offset() - read.get(end.getKey()).offset())
                    .sum();
        }
    }
}
