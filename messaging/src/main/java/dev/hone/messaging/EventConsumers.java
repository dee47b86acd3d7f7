package dev.hone.messaging;

import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import java.util.function.Consumer;
import org.springframework.messaging.Message;
import org.springframework.transaction.support.TransactionTemplate;

/// Makes the functions that Spring Cloud Stream binds to topics. A message's id and what its handler writes commit
/// together, so that a message delivered twice has its effect once.
public class EventConsumers {

    /// Header with the message's id: a UUID as text. A message without one is handled each time it comes.
    static final String MESSAGE_ID = "hone-message-id";

    private final Inbox inbox;
    private final TransactionTemplate transaction;

    EventConsumers(Inbox inbox, TransactionTemplate transaction) {
        this.inbox = inbox;
        this.transaction = transaction;
    }

    /// A function that decodes, drops what was handled before, and calls the handler in a transaction. If the handler
    /// throws, nothing is kept and [FailedDeliveries] decides.
    public <E extends Event> Consumer<Message<byte[]>> consumer(Class<E> type, Consumer<E> handler) {
        return message -> {
            E event = EventCodec.decode(message.getPayload(), type);
            Object id = message.getHeaders().get(MESSAGE_ID);
            transaction.executeWithoutResult(status -> {
                if (id == null || inbox.firstTime(MessageIds.parse(id))) {
                    handler.accept(event);
                }
            });
        };
    }
}
