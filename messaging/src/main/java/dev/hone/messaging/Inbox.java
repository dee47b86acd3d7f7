package dev.hone.messaging;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/// Ids of the messages whose effects stand in the database.
///
/// An id is needed as long as its message can come again: until the reader's offset and the sender's outbox row are
/// committed, which takes moments. Ids older than [MessagingProperties#inboxRetention()] are forgotten, the first time
/// an interval after the start, so that after a long rest what was left uncommitted is read first.
final class Inbox {

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);
    private static final int BATCH = 1000;

    /// Skips what another instance of the service deletes at this moment.
    private static final String PRUNE = """
            delete from inbox where message_id in (
                select message_id from inbox where received_at < now() - ? * interval '1 second'
                order by received_at limit ? for update skip locked)""";

    private static final String RECORD = "insert into inbox (message_id) select unnest(?::text[])::uuid"
            + " on conflict do nothing returning message_id";

    private final JdbcTemplate jdbc;
    private final Duration retention;
    private final long intervalNanos;
    private long nextPruneNanos;

    Inbox(JdbcTemplate jdbc, MessagingProperties properties) {
        this.jdbc = jdbc;
        this.retention = properties.inboxRetention();
        this.intervalNanos = properties.inboxPruneInterval().toNanos();
        this.nextPruneNanos = System.nanoTime() + intervalNanos;
    }

    /// Records the ids in the caller's transaction.
    ///
    /// @return those that were not there; the caller's to change
    Set<UUID> firstTime(Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return new HashSet<>();
        }
        String[] texts = ids.stream().map(UUID::toString).toArray(String[]::new);
        return new HashSet<>(jdbc.queryForList(RECORD, UUID.class, (Object) texts));
    }

    /// Forgets a batch of old ids, if it is time. Called by one thread, again and again.
    void prune() {
        if (System.nanoTime() - nextPruneNanos < 0) {
            return;
        }
        int pruned = jdbc.update(PRUNE, retention.toSeconds(), BATCH);
        if (pruned < BATCH) {
            nextPruneNanos = System.nanoTime() + intervalNanos;
        }
        LOG.debug("Forgot {} ids of messages older than {}", pruned, retention);
    }
}
