package dev.hone.messaging;

import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.messaging.Message;
import org.springframework.transaction.support.TransactionTemplate;

/// Makes the functions that Spring Cloud Stream binds to topics. A message's id and what its handler writes commit
/// together,
/// so that a message delivered twice has its effect once.
public class EventConsumers {

    /// Header with the message's id: a UUID as text. A message without one is handled each time it comes.
    static final String MESSAGE_ID = "hone-message-id";

    private static final Logger LOG = LoggerFactory.getLogger(EventConsumers.class);

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;

    EventConsumers(JdbcTemplate jdbc, TransactionTemplate transaction) {
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    /// A function that decodes, drops what was handled before, and calls the handler in a transaction. If the handler
    /// throws, nothing is kept and the message comes again; after the last attempt it goes to the
    /// dead-letter topic.
    public <E extends Event> Consumer<Message<byte[]>> consumer(Class<E> type, Consumer<E> handler) {
        return message -> {
            E event = EventCodec.decode(message.getPayload(), type);
            Object id = message.getHeaders().get(MESSAGE_ID);
            try {
                transaction.executeWithoutResult(status -> {
                    if (id == null || firstTime(MessageIds.parse(id))) {
                        handler.accept(event);
                    }
                });
            } catch (RuntimeException e) {
                LOG.warn("{} of {} was not handled: {}", type.getSimpleName(), event.key(), e.toString(), e);
                throw e;
            }
        };
    }

    private boolean firstTime(UUID id) {
        return jdbc.update("insert into inbox (message_id) values (?) on conflict do nothing", id) == 1;
    }
}
