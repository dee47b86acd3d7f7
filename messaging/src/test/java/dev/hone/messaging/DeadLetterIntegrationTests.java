package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.run.RunControlled;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
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

/// The way of a poison message: dead with its reason, and back once its cause is mended.
@SpringBootTest(
        properties = {
            "spring.config.name=messaging",
            "spring.application.name=dead-letter-test",
            "spring.flyway.locations=classpath:db/messaging",
            "spring.cloud.function.definition=refusing",
            "spring.cloud.stream.bindings.refusing-in-0.destination=" + Topics.RUN_CONTROLLED,
            "spring.cloud.stream.bindings.refusing-in-0.group=" + DeadLetterIntegrationTests.READER,
            "spring.cloud.stream.default.consumer.back-off-initial-interval=10",
            "spring.cloud.stream.default.consumer.back-off-max-interval=20"
        })
class DeadLetterIntegrationTests {

    static final String READER = "dead-letter-test.reader";
    private static final String BOX = "error." + Topics.RUN_CONTROLLED + "." + READER;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @SpringBootApplication
    @Import(MessagingConfiguration.class)
    static class Application {

        /// Whether the handler's defect is mended.
        @Bean
        AtomicBoolean mended() {
            return new AtomicBoolean();
        }

        @Bean
        Consumer<Message<List<byte[]>>> refusing(EventConsumers consumers, JdbcTemplate jdbc, AtomicBoolean mended) {
            return consumers.consumer(RunControlled.class, event -> {
                // Others' events on the shared broker are none of this test's.
                if (!event.run().value().startsWith("letter-")) {
                    return;
                }
                if (event.run().value().equals("letter-poison") && !mended.get()) {
                    throw new IllegalStateException("version 7 is beyond me");
                }
                jdbc.update("insert into seen values (?, ?)", event.run().value(), Integer.parseInt(event.reason()));
            });
        }
    }

    @DynamicPropertySource
    static void infrastructure(DynamicPropertyRegistry registry) {
        registry.add("spring.datasource.url", () -> TestInfrastructure.database("letters"));
        registry.add("DB_PASSWORD", TestInfrastructure::password);
        registry.add("KAFKA_BROKERS", TestInfrastructure::brokers);
    }

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private AtomicBoolean mended;

    @Autowired
    private DeadLetters letters;

    private Optional<DeadLetters.Box> box() {
        return letters.list().stream().filter(one -> one.topic().equals(BOX)).findFirst();
    }

    private List<Integer> seen(String run) {
        return jdbc.queryForList("select version from seen where run = ? order by ctid", Integer.class, run);
    }

    @Test
    void poisonMessageIsDeadWithItsReasonAndHandledOnceWhenItIsSentBackMended() {
        jdbc.execute("create table if not exists seen (run text, version int)");
        UUID id = UUID.randomUUID();
        send("letter-poison", 7, id);
        send("letter-next", 1, UUID.randomUUID());
        await().atMost(PATIENCE)
                .until(() -> box().isPresent() && seen("letter-next").size() == 1);
        DeadLetters.Box dead = box().orElseThrow();
        assertThat(dead.origin()).isEqualTo(Topics.RUN_CONTROLLED);
        assertThat(dead.reader()).isEqualTo(READER);
        assertThat(dead.waiting()).isEqualTo(1);
        DeadLetters.Letter letter = dead.letters().getFirst();
        assertThat(letter.key()).isEqualTo("letter-poison");
        assertThat(letter.id()).isEqualTo(id.toString());
        assertThat(letter.reason()).isEqualTo("java.lang.IllegalStateException: version 7 is beyond me");

        // Not mended: it dies again, and is there again.
        assertThat(letters.replay(BOX)).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> box().isPresent());
        assertThat(seen("letter-poison")).isEmpty();

        mended.set(true);
        assertThat(letters.replay(BOX)).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> seen("letter-poison").size() == 1);
        assertThat(box()).isEmpty();
        assertThat(letters.replay(BOX)).isZero();

        // Sent back twice, as when the first time was cut off, or late, after all that came behind it.
        send("letter-poison", 7, id);
        send("letter-next", 2, UUID.randomUUID());
        await().atMost(PATIENCE).until(() -> seen("letter-next").size() == 2);
        assertThat(seen("letter-poison")).containsExactly(7);
    }

    @Test
    void noOtherTopicIsReplayed() {
        assertThatThrownBy(() -> letters.replay(Topics.RUN_CONTROLLED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no topic of dead letters 'gateway.run-controlled.v1'");
    }

    private static void send(String run, int version, UUID id) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            // One partition, so that what comes behind is handled behind.
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                    Topics.RUN_CONTROLLED,
                    0,
                    run,
                    EventCodec.encode(new RunControlled(
                            new RunId(run), RunControlled.Action.PAUSE, Integer.toString(version), Instant.EPOCH)));
            record.headers().add(EventConsumers.MESSAGE_ID, MessageIds.bytes(id));
            producer.send(record);
        }
    }
}
