package dev.hone.messaging;

import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import dev.hone.tracing.LogContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchListenerFailedException;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.transaction.support.TransactionTemplate;

/// Makes the functions that Spring Cloud Stream binds to topics. A message's id and what its handler writes commit
/// together, so that a message delivered twice has its effect once.
public class EventConsumers {

    /// Header with the message's id: a UUID as text. A message without one is handled each time it comes.
    static final String MESSAGE_ID = "hone-message-id";

    private static final Logger LOG = LoggerFactory.getLogger(EventConsumers.class);

    private final Inbox inbox;
    private final TransactionTemplate transaction;

    EventConsumers(Inbox inbox, TransactionTemplate transaction) {
        this.inbox = inbox;
        this.transaction = transaction;
    }

    private record Delivery(byte[] payload, @Nullable Object id) {}

    /// A function that takes what one poll brought: it drops what was handled before, decodes, and calls the handler
    /// for each message in order, all in one transaction. Where one throws, nothing is kept and each gets a
    /// transaction of its own; then [FailedDeliveries] decides about the one that throws again.
    public <E extends Event> Consumer<Message<List<byte[]>>> consumer(Class<E> type, Consumer<E> handler) {
        return batchConsumer(
                type,
                events -> events.forEach(event -> {
                    try (LogContext ignored = LogContext.ofKey(event.key())) {
                        handler.accept(event);
                    }
                }));
    }

    /// As [#consumer(Class, Consumer)], for a handler that writes many at one time: it gets what is news of a poll, in
    /// order, at least one event. Where it throws, it gets them again one by one.
    public <E extends Event> Consumer<Message<List<byte[]>>> batchConsumer(Class<E> type, Consumer<List<E>> handler) {
        return batch -> {
            List<Delivery> deliveries = deliveries(batch);
            if (deliveries.size() > 1) {
                try {
                    transaction.executeWithoutResult(status -> handle(deliveries, type, handler));
                    return;
                } catch (RuntimeException e) {
                    LOG.debug("{} events are handled one by one", deliveries.size(), e);
                }
            }
            for (int i = 0; i < deliveries.size(); i++) {
                List<Delivery> one = deliveries.subList(i, i + 1);
                try {
                    transaction.executeWithoutResult(status -> handle(one, type, handler));
                } catch (RuntimeException e) {
                    throw new BatchListenerFailedException(type.getSimpleName() + " was not handled", e, i);
                }
            }
        };
    }

    private <E extends Event> void handle(List<Delivery> deliveries, Class<E> type, Consumer<List<E>> handler) {
        List<UUID> ids = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            if (delivery.id() != null) {
                ids.add(MessageIds.parse(delivery.id()));
            }
        }
        Set<UUID> news = inbox.firstTime(ids);
        Iterator<UUID> next = ids.iterator();
        List<E> events = new ArrayList<>();
        for (Delivery delivery : deliveries) {
            if (delivery.id() == null || news.remove(next.next())) {
                events.add(EventCodec.decode(delivery.payload(), type));
            }
        }
        if (!events.isEmpty()) {
            handler.accept(events);
        }
    }

    private static List<Delivery> deliveries(Message<List<byte[]>> batch) {
        List<?> headers = batch.getHeaders().get(KafkaHeaders.BATCH_CONVERTED_HEADERS, List.class);
        List<Delivery> deliveries = new ArrayList<>();
        for (byte[] payload : batch.getPayload()) {
            Object id = headers != null && headers.get(deliveries.size()) instanceof Map<?, ?> own
                    ? own.get(MESSAGE_ID)
                    : null;
            deliveries.add(new Delivery(payload, id));
        }
        return deliveries;
    }
}
