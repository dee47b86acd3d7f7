package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
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

/// Which messages wait for the database, which go to the dead-letter topic, and which ids the inbox forgets. Each
/// attempt waits a second for a connection, so that an outage of a few attempts is longer than a consumer may go
/// without polling.
@SpringBootTest(
        properties = {
            "spring.config.name=messaging",
            "spring.application.name=outage-test",
            "spring.flyway.locations=classpath:db/messaging",
            "spring.cloud.function.definition=policyUpdated",
            "spring.cloud.stream.bindings.policyUpdated-in-0.destination=" + Topics.POLICY_UPDATED,
            "spring.cloud.stream.bindings.policyUpdated-in-0.group=" + OutageIntegrationTests.GROUP,
            "spring.cloud.stream.default.consumer.back-off-max-interval=500",
            "spring.cloud.stream.kafka.binder.consumer-properties.max.poll.interval.ms=4000",
            "spring.datasource.hikari.connection-timeout=1000",
            "hone.messaging.inbox-prune-interval=100ms"
        })
class OutageIntegrationTests {

    static final String GROUP = "outage-test";
    private static final String DEAD_LETTERS = "error." + Topics.POLICY_UPDATED + "." + GROUP;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// More than a message that is itself to blame gets.
    private static final int ATTEMPTS = 8;

    private static final Set<String> OWN = Set.of("before", "waiting", "after", "next");

    private static String database = "";

    @SpringBootApplication
    @Import(MessagingConfiguration.class)
    static class Application {

        @Bean
        AtomicInteger deliveries() {
            return new AtomicInteger();
        }

        @Bean
        Consumer<Message<List<byte[]>>> policyUpdated(
                EventConsumers consumers, JdbcTemplate jdbc, AtomicInteger deliveries) {
            Consumer<Message<List<byte[]>>> consumer = consumers.consumer(PolicyUpdated.class, event -> {
                if (event.run().value().equals("refused")) {
                    throw new IllegalStateException("planted failure");
                }
                if (!OWN.contains(event.run().value())) {
                    return; // another test's, on the same broker
                }
                jdbc.update(
                        "insert into seen (run, version) values (?, ?)",
                        event.run().value(),
                        event.version());
            });
            return message -> {
                deliveries.incrementAndGet();
                consumer.accept(message);
            };
        }
    }

    @DynamicPropertySource
    static void infrastructure(DynamicPropertyRegistry registry) {
        database = TestInfrastructure.database("outage");
        registry.add("spring.datasource.url", () -> database);
        registry.add("DB_PASSWORD", TestInfrastructure::password);
        registry.add("KAFKA_BROKERS", TestInfrastructure::brokers);
    }

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private AtomicInteger deliveries;

    @Test
    void messagesWaitForTheDatabaseHoweverLongAndTheConsumerStaysInItsGroup() throws Exception {
        createTable();
        send("before", EventCodec.encode(updated("before")));
        await().atMost(PATIENCE).until(() -> seen("before") == 1);
        List<String> members = members();
        takeDatabaseAway();
        int already = deliveries.get();
        send("waiting", EventCodec.encode(updated("waiting")));
        await().atMost(PATIENCE).until(() -> deliveries.get() >= already + ATTEMPTS);
        giveDatabaseBack();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> seen("waiting") == 1);
        assertThat(members()).isNotEmpty().isEqualTo(members);
    }

    @Test
    void messageThatIsItselfToBlameGoesToTheDeadLettersAndTheNextIsHandled() throws Exception {
        createTable();
        send("unreadable", new byte[] {'n', 'o'});
        send("refused", EventCodec.encode(updated("refused")));
        send("misnamed", EventCodec.encode(updated("misnamed")), "no UUID".getBytes(StandardCharsets.UTF_8));
        send("unreadable", EventCodec.encode(updated("after")));
        send("refused", EventCodec.encode(updated("next")));
        await().atMost(PATIENCE).until(() -> seen("after") == 1 && seen("next") == 1);
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestInfrastructure.brokers(),
                        "group.id",
                        "reader-of-" + DEAD_LETTERS,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(DEAD_LETTERS));
            Set<String> keys = new TreeSet<>();
            await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    assertThat(record.headers().lastHeader(EventConsumers.MESSAGE_ID))
                            .isNotNull();
                    keys.add(record.key());
                }
                return keys.size() >= 3;
            });
            assertThat(keys).containsExactly("misnamed", "refused", "unreadable");
        }
    }

    @Test
    void idsThatNoMessageCanHaveAnyMoreAreForgotten() {
        jdbc.update("insert into inbox select gen_random_uuid(), now() - interval '31 days'"
                + " from generate_series(1, 2500)");
        jdbc.update("insert into inbox select gen_random_uuid(), now() - interval '29 days'"
                + " from generate_series(1, 3)");
        await().atMost(PATIENCE).until(() -> ids("<") == 0);
        assertThat(ids(">")).isGreaterThanOrEqualTo(3);
    }

    private int ids(String comparison) {
        return count("select count(*) from inbox where received_at " + comparison + " now() - interval '30 days'");
    }

    private void createTable() {
        jdbc.execute("create table if not exists seen (run text, version int)");
    }

    private int seen(String run) {
        return count("select count(*) from seen where run = '" + run + "'");
    }

    private int count(String query) {
        Integer count = jdbc.queryForObject(query, Integer.class);
        return count == null ? 0 : count;
    }

    private static List<String> members() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", TestInfrastructure.brokers()))) {
            return admin
                    .describeConsumerGroups(List.of(GROUP))
                    .describedGroups()
                    .get(GROUP)
                    .get(30, TimeUnit.SECONDS)
                    .members()
                    .stream()
                    .map(MemberDescription::consumerId)
                    .sorted()
                    .toList();
        }
    }

    private static void takeDatabaseAway() throws SQLException {
        administer("alter database " + name() + " allow_connections false");
        administer("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name() + "'");
    }

    private static void giveDatabaseBack() throws SQLException {
        administer("alter database " + name() + " allow_connections true");
    }

    private static void administer(String sql) throws SQLException {
        String server = database.substring(0, database.lastIndexOf('/') + 1) + "postgres";
        try (Connection connection = DriverManager.getConnection(server, "postgres", TestInfrastructure.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String name() {
        return database.substring(database.lastIndexOf('/') + 1);
    }

    private static void send(String key, byte[] payload) {
        send(key, payload, MessageIds.bytes(UUID.randomUUID()));
    }

    private static void send(String key, byte[] payload, byte[] id) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(Topics.POLICY_UPDATED, key, payload);
            record.headers().add(new RecordHeader(EventConsumers.MESSAGE_ID, id));
            producer.send(record);
        }
    }

    private static PolicyUpdated updated(String run) {
        return new PolicyUpdated(new RunId(run), 1, "sha256:00", Instant.EPOCH);
    }
}
