package dev.hone.messaging;

import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/// Events to send, written in the transaction that made them true. [OutboxRelay] sends them once it has committed.
public class Outbox {

    private final JdbcTemplate jdbc;
    private final OutboxSignal signal;

    Outbox(JdbcTemplate jdbc, OutboxSignal signal) {
        this.jdbc = jdbc;
        this.signal = signal;
    }

    /// Sends the event if, and only if, the caller's transaction commits.
    ///
    /// @param topic one of [dev.hone.contracts.Topics]
    /// @throws IllegalStateException outside a transaction
    public void publish(String topic, Event event) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("Event " + event.getClass().getSimpleName() + " for " + topic
                    + " is published outside a transaction; call it from a @Transactional method.");
        }
        jdbc.update(
                "insert into outbox (message_id, topic, event_key, payload) values (?, ?, ?, ?)",
                UUID.randomUUID(),
                topic,
                event.key(),
                EventCodec.encode(event));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                signal.raise();
            }
        });
    }
}
