package dev.hone.messaging;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// What a service imports to send and read events. Needs a data source with the tables of `db/messaging`.
@Configuration(proxyBeanMethods = false)
public class MessagingConfiguration {

    @Bean
    OutboxSignal outboxSignal() {
        return new OutboxSignal();
    }

    @Bean
    public Outbox outbox(JdbcTemplate jdbc, OutboxSignal signal) {
        return new Outbox(jdbc, signal);
    }

    @Bean
    public EventConsumers eventConsumers(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        return new EventConsumers(jdbc, new TransactionTemplate(transactions));
    }

    @Bean
    OutboxRelay outboxRelay(
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            OutboxSignal signal,
            @Value("${spring.cloud.stream.kafka.binder.brokers}") String brokers) {
        return new OutboxRelay(jdbc, new TransactionTemplate(transactions), producer(brokers), signal);
    }

    private static Producer<String, byte[]> producer(String brokers) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 << 20);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 50_000);
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }
}
