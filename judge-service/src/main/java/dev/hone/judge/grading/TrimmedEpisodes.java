package dev.hone.judge.grading;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Lets copies of episodes go that are too old, or beyond what may be kept, the oldest first.
@Component
class TrimmedEpisodes {

    private static final Logger LOG = LoggerFactory.getLogger(TrimmedEpisodes.class);

    /// What still waits for its first verdict is needed.
    private static final String JUDGED =
            " and not exists (select 1 from waiting_episode w where w.episode_id = s.episode_id)";

    private static final String OLD = "delete from stored_episode s where s.stored_at < ?" + JUDGED;

    /// The size is that of the packed bytes as they are stored: the column is not compressed again.
    private static final String BEYOND =
            "delete from stored_episode s using (select episode_id, sum(octet_length(content))"
                    + " over (order by stored_at desc, episode_id) as bytes from stored_episode) kept"
                    + " where kept.episode_id = s.episode_id and kept.bytes > ?" + JUDGED;

    private final JdbcClient jdbc;
    private final StoredEpisodesProperties properties;
    private final Clock clock;

    TrimmedEpisodes(JdbcClient jdbc, StoredEpisodesProperties properties, Clock clock) {
        this.jdbc = jdbc;
        this.properties = properties;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "${hone.judge.stored-episodes.trim-interval:10m}")
    void trim() {
        Instant oldest = clock.instant().minus(properties.maxAge());
        int old = jdbc.sql(OLD).param(Timestamp.from(oldest)).update();
        int beyond = jdbc.sql(BEYOND).param(properties.maxSize().toBytes()).update();
        if (old + beyond > 0) {
            LOG.info(
                    "Let {} stored episodes go that are older than {}, and {} beyond {} MB; they cannot be judged again.",
                    old,
                    properties.maxAge(),
                    beyond,
                    properties.maxSize().toMegabytes());
        }
    }
}
