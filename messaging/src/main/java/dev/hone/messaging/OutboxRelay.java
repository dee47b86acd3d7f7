package dev.hone.messaging;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/// Sends what stands in the outbox, in order, and deletes it in the transaction in which the broker has confirmed it.
/// If the process dies between the two, a message goes out twice under one id, and the reader's inbox drops the
/// second. An advisory lock keeps several instances of a service from overtaking one another. When nothing is left to
/// send, the thread tidies the service's own inbox.
final class OutboxRelay implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int BATCH = 200;
    private static final Duration POLL = Duration.ofMillis(500);

    /// Beyond the producer's own limit.
    private static final Duration SPARE = Duration.ofSeconds(10);

    private static final long ADVISORY_LOCK = 0x484f4e45L; // "HONE"

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transaction;
    private final Producer<String, byte[]> producer;
    private final OutboxSignal signal;
    private final Inbox inbox;
    private final Duration sendTimeout;
    private volatile @Nullable Thread thread;

    OutboxRelay(
            JdbcTemplate jdbc,
            TransactionTemplate transaction,
            Producer<String, byte[]> producer,
            OutboxSignal signal,
            Inbox inbox,
            Duration sendTimeout) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.producer = producer;
        this.signal = signal;
        this.inbox = inbox;
        this.sendTimeout = sendTimeout;
    }

    private record Row(UUID messageId, String topic, String key, byte[] payload) {}

    @Override
    public void start() {
        Thread relay = Thread.ofPlatform().daemon().name("outbox-relay").unstarted(this::run);
        thread = relay;
        relay.start();
    }

    private void run() {
        while (thread == Thread.currentThread()) {
            try {
                Integer sent = transaction.execute(status -> relayBatch());
                if (sent == null || sent < BATCH) {
                    inbox.prune();
                    signal.await(POLL);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (thread != Thread.currentThread()) {
                    return;
                }
                LOG.warn(
                        "{}: {}. They are sent when the broker takes them (docs/runbook.md#broker-gone).",
                        waiting(),
                        NestedExceptionUtils.getMostSpecificCause(e).toString());
                try {
                    signal.await(POLL.multipliedBy(4));
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    private String waiting() {
        try {
            return String.valueOf(jdbc.queryForObject(
                    "select format('%s events wait in the outbox, the oldest since %s', count(*), min(created_at))"
                            + " from outbox",
                    String.class));
        } catch (DataAccessException e) {
            return "Events wait in the outbox, and the database does not answer";
        }
    }

    private int relayBatch() {
        Boolean mine = jdbc.queryForObject("select pg_try_advisory_xact_lock(?)", Boolean.class, ADVISORY_LOCK);
        if (!Boolean.TRUE.equals(mine)) {
            return 0;
        }
        List<Row> rows = jdbc
                .query(
                        "delete from outbox where id in (select id from outbox order by id limit " + BATCH
                                + ") returning id, message_id, topic, event_key, payload",
                        (rs, n) -> new Numbered(
                                rs.getLong(1),
                                new Row(rs.getObject(2, UUID.class), rs.getString(3), rs.getString(4), rs.getBytes(5))))
                .stream()
                .sorted((a, b) -> Long.compare(a.id(), b.id()))
                .map(Numbered::row)
                .toList();
        List<CompletableFuture<Void>> confirmations = new ArrayList<>();
        for (Row row : rows) {
            confirmations.add(send(row));
        }
        producer.flush();
        CompletableFuture.allOf(confirmations.toArray(CompletableFuture[]::new))
                .orTimeout(sendTimeout.plus(SPARE).toSeconds(), TimeUnit.SECONDS)
                .join();
        return rows.size();
    }

    private record Numbered(long id, Row row) {}

    private CompletableFuture<Void> send(Row row) {
        CompletableFuture<Void> confirmation = new CompletableFuture<>();
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(row.topic(), row.key(), row.payload());
        record.headers().add(new RecordHeader(EventConsumers.MESSAGE_ID, MessageIds.bytes(row.messageId())));
        producer.send(record, (metadata, failure) -> {
            if (failure == null) {
                confirmation.complete(null);
            } else {
                confirmation.completeExceptionally(failure);
            }
        });
        return confirmation;
    }

    @Override
    public void stop() {
        Thread relay = thread;
        thread = null;
        if (relay != null) {
            relay.interrupt();
            try {
                relay.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        producer.close(Duration.ofSeconds(5));
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
