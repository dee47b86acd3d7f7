package dev.hone.messaging;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.cloud.stream.binder.kafka.ListenerContainerWithDlqAndRetryCustomizer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.DeadLetterPublishingRecoverer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.kafka.listener.RetryListener;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.ExponentialBackOff;
import tools.jackson.core.JacksonException;

/// What becomes of a message whose handler throws.
///
/// Is the database to blame, it is tried again until the database is back: an outage, however long, loses nothing. Any
/// other failure is the message's own: after `max-attempts` of `messaging.yml`, or at once if it cannot be decoded, it
/// goes to the dead-letter topic `error.<topic>.<group>`, its reason in a header ([DeadLetters]). The consumer polls
/// between two attempts, so that it stays in
/// its group all the while.
final class FailedDeliveries implements ListenerContainerWithDlqAndRetryCustomizer, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FailedDeliveries.class);

    /// Classes of SQL states: connection, resources, operator intervention, system error.
    private static final Set<String> OUTAGE = Set.of("08", "53", "57", "58");

    private final DefaultKafkaProducerFactory<String, byte[]> deadLetters;

    /// @param deadLetters connects when the first letter is dead; closed with this object
    FailedDeliveries(DefaultKafkaProducerFactory<String, byte[]> deadLetters) {
        this.deadLetters = deadLetters;
    }

    @Override
    public void close() {
        deadLetters.destroy();
    }

    @Override
    public boolean retryAndDlqInBinding(String topic, String group) {
        return false;
    }

    @Override
    public void configure(
            AbstractMessageListenerContainer<?, ?> container,
            String topic,
            String group,
            @Nullable BiFunction<ConsumerRecord<?, ?>, Exception, TopicPartition> unused,
            @Nullable BackOff attempts) {
        if (attempts == null) {
            throw new IllegalStateException(
                    "The consumer of " + topic + " has max-attempts 1; set it to 2 or more in messaging.yml.");
        }
        DeadLetterPublishingRecoverer recoverer = new DeadLetterPublishingRecoverer(
                new KafkaTemplate<>(deadLetters),
                (record, failure) -> new TopicPartition(deadLetterTopic(topic, group), record.partition()));
        recoverer.addHeadersFunction((record, failure) ->
                new RecordHeaders().add(DeadLetters.REASON, reason(failure).getBytes(StandardCharsets.UTF_8)));
        DefaultErrorHandler handler = new DefaultErrorHandler(recoverer, attempts);
        BackOff unlimited = withoutLimit(attempts);
        handler.setBackOffFunction((record, failure) -> databaseFailed(failure) ? unlimited : attempts);
        handler.addNotRetryableExceptions(JacksonException.class);
        handler.setLogLevel(KafkaException.Level.DEBUG);
        handler.setRetryListeners(new Log(deadLetterTopic(topic, group)));
        container.setCommonErrorHandler(handler);
    }

    static String deadLetterTopic(String topic, String group) {
        return "error." + topic + "." + group;
    }

    private static BackOff withoutLimit(BackOff limited) {
        if (!(limited instanceof ExponentialBackOff exponential)) {
            throw new IllegalStateException("Expected an exponential back-off, got " + limited);
        }
        ExponentialBackOff unlimited =
                new ExponentialBackOff(exponential.getInitialInterval(), exponential.getMultiplier());
        unlimited.setMaxInterval(exponential.getMaxInterval());
        return unlimited;
    }

    /// Whether the database could not be reached, gave way in the middle, or asks for another attempt. A refused
    /// statement is not among them: it would be refused again.
    static boolean databaseFailed(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean database = cause instanceof TransientDataAccessException
                    || cause instanceof RecoverableDataAccessException
                    || cause instanceof NonTransientDataAccessResourceException
                    || cause instanceof CannotCreateTransactionException
                    || cause instanceof TransactionSystemException
                    || cause instanceof TransactionTimedOutException
                    || (cause instanceof SQLException sql && OUTAGE.contains(stateClass(sql)));
            if (database) {
                return true;
            }
        }
        return false;
    }

    private static String stateClass(SQLException failure) {
        String state = failure.getSQLState();
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable root = NestedExceptionUtils.getRootCause(failure);
        return String.valueOf(root == null ? failure : root);
    }

    private record Log(String deadLetterTopic) implements RetryListener {

        @Override
        public void failedDelivery(ConsumerRecord<?, ?> record, @Nullable Exception failure, int attempt) {
            if (databaseFailed(failure)) {
                LOG.warn("{} waits for the database: {}", name(record), reason(failure));
            } else {
                LOG.warn("{} was not handled (attempt {})", name(record), attempt, failure);
            }
        }

        @Override
        public void recovered(ConsumerRecord<?, ?> record, @Nullable Exception failure) {
            LOG.error(
                    "{} went to {}: {}. Mend the cause, then: ./hone dead-letters replay {}",
                    name(record),
                    deadLetterTopic,
                    reason(failure),
                    deadLetterTopic);
        }

        @Override
        public void recoveryFailed(ConsumerRecord<?, ?> record, @Nullable Exception original, Exception failure) {
            LOG.warn("{} could not be sent to {}: {}; trying again", name(record), deadLetterTopic, failure.toString());
        }

        private static String name(ConsumerRecord<?, ?> record) {
            return "Event " + record.key() + " of " + record.topic() + " (" + record.partition() + "/" + record.offset()
                    + ")";
        }
    }
}
