package dev.hone.messaging;

import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import java.util.ArrayList;
import java.util.List;
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

    /// Sends the event if, and only if, the caller's transaction commits. Its events are written together, in the order
    /// in which they were published, just before.
    ///
    /// @param topic one of [dev.hone.contracts.Topics]
    /// @throws IllegalStateException outside a transaction
    public void publish(String topic, Event event) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("Event " + event.getClass().getSimpleName() + " for " + topic
                    + " is published outside a transaction; call it from a @Transactional method.");
        }
        pending().rows.add(new Object[] {UUID.randomUUID(), topic, event.key(), EventCodec.encode(event)});
    }

    /// What the present transaction has published.
    private Pending pending() {
        for (TransactionSynchronization own : TransactionSynchronizationManager.getSynchronizations()) {
            if (own instanceof Pending pending && pending.outbox() == this) {
                return pending;
            }
        }
        Pending pending = new Pending();
        TransactionSynchronizationManager.registerSynchronization(pending);
        return pending;
    }

    private final class Pending implements TransactionSynchronization {

        private final List<Object[]> rows = new ArrayList<>();

        private Outbox outbox() {
            return Outbox.this;
        }

        @Override
        public void beforeCommit(boolean readOnly) {
            jdbc.batchUpdate("insert into outbox (message_id, topic, event_key, payload) values (?, ?, ?, ?)", rows);
        }

        @Override
        public void afterCommit() {
            signal.raise();
        }
    }
}
