package dev.hone.rollout.episode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Lets conversations and tokens of ended episodes go that are too old, or beyond what may be kept, the oldest first.
/// The
/// others have long copied what they need of them.
@Component
class TrimmedEpisodes {

    private static final Logger LOG = LoggerFactory.getLogger(TrimmedEpisodes.class);

    private static final String OLD =
            "update episode set finished = null, trimmed_at = now() where finished is not null"
                    + " and finished_at < now() - ? * interval '1 second'";

    private static final String BEYOND =
            "update episode e set finished = null, trimmed_at = now() from (select episode_id,"
                    + " sum(octet_length(finished)) over (order by finished_at desc, episode_id) as bytes from episode"
                    + " where finished is not null) kept where kept.episode_id = e.episode_id and kept.bytes > ?";

    private final JdbcClient jdbc;
    private final FinishedEpisodesProperties properties;

    TrimmedEpisodes(JdbcClient jdbc, FinishedEpisodesProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    @Scheduled(fixedDelayString = "${hone.rollout.finished-episodes.trim-interval:10m}")
    void trim() {
        int old = jdbc.sql(OLD).param(properties.maxAge().toSeconds()).update();
        int beyond = jdbc.sql(BEYOND).param(properties.maxSize().toBytes()).update();
        if (old + beyond > 0) {
            LOG.info(
                    "Let the tokens of {} episodes go that are older than {}, and of {} beyond {} MB.",
                    old,
                    properties.maxAge(),
                    beyond,
                    properties.maxSize().toMegabytes());
        }
    }
}
