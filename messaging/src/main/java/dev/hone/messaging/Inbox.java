package dev.hone.messaging;

import java.time.Duration;
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

    /// Records the id in the caller's transaction.
    ///
    /// @return false if it is there already
    boolean firstTime(UUID id) {
        return jdbc.update("insert into inbox (message_id) values (?) on conflict do nothing", id) == 1;
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
