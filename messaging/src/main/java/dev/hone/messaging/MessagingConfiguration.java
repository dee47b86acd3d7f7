package dev.hone.messaging;

import dev.hone.contracts.run.Outbound;
import dev.hone.tracing.TracingConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// What a service imports to send and read events. Needs a data source with the tables of `db/messaging`.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MessagingProperties.class)
@Import(TracingConfiguration.class)
public class MessagingConfiguration {

    private static final int LONGEST_REQUEST_MILLIS = 30_000;
    private static final int LONGEST_CHECK_SECONDS = 60;

    /// Where a run may have this service connect.
    @Bean
    public Outbound outbound(
            @Value("${server.address:}") String bind, @Value("${" + Outbound.ALLOWED + ":}") String allowed) {
        return Outbound.of(bind, allowed);
    }

    @Bean
    OutboxSignal outboxSignal() {
        return new OutboxSignal();
    }

    @Bean
    public Outbox outbox(JdbcTemplate jdbc, OutboxSignal signal) {
        return new Outbox(jdbc, signal);
    }

    @Bean
    Inbox inbox(JdbcTemplate jdbc, MessagingProperties properties) {
        return new Inbox(jdbc, properties);
    }

    @Bean
    public EventConsumers eventConsumers(Inbox inbox, PlatformTransactionManager transactions) {
        return new EventConsumers(inbox, new TransactionTemplate(transactions));
    }

    @Bean
    FailedDeliveries failedDeliveries(
            @Value("${spring.cloud.stream.kafka.binder.brokers}") String brokers, MessagingProperties properties) {
        return new FailedDeliveries(new DefaultKafkaProducerFactory<>(
                settings(brokers, properties.sendTimeout()), new StringSerializer(), new ByteArraySerializer()));
    }

    /// Of no use but to the one who shows them; it connects when it is asked.
    @Bean
    @Lazy
    public DeadLetters deadLetters(
            @Value("${spring.cloud.stream.kafka.binder.brokers}") String brokers, MessagingProperties properties) {
        return new DeadLetters(brokers, () -> producer(brokers, properties.sendTimeout()));
    }

    @Bean
    OutboxRelay outboxRelay(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            OutboxSignal signal,
            Inbox inbox,
            MessagingProperties properties,
            @Value("${spring.cloud.stream.kafka.binder.brokers}") String brokers) {
        Duration timeout = properties.sendTimeout();
        return new OutboxRelay(
                jdbc, new TransactionTemplate(transactions), producer(brokers, timeout), signal, inbox, timeout);
    }

    @Bean
    InvariantWatch invariants(
            @Value("${spring.application.name}") String service,
            DataSource database,
            MessagingProperties properties,
            ObjectProvider<MeterRegistry> meters) {
        JdbcTemplate patient = new JdbcTemplate(database);
        patient.setQueryTimeout(LONGEST_CHECK_SECONDS);
        InvariantWatch watch = new InvariantWatch(Invariant.of(service), patient, properties.invariantsInterval());
        meters.ifAvailable(watch::show);
        return watch;
    }

    private static Producer<String, byte[]> producer(String brokers, Duration sendTimeout) {
        return new KafkaProducer<>(settings(brokers, sendTimeout), new StringSerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> settings(String brokers, Duration sendTimeout) {
        int timeout = (int) sendTimeout.toMillis();
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(LONGEST_REQUEST_MILLIS, timeout / 5 * 3));
        return settings;
    }
}
