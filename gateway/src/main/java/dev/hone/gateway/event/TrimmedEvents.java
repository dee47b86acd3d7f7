package dev.hone.gateway.event;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Lets the events of runs go that ended long ago, all but the last one, which tells the end.
@Component
class TrimmedEvents {

    private static final Logger LOG = LoggerFactory.getLogger(TrimmedEvents.class);

    private static final String OLD = "delete from run_event e using run r where r.name = e.run"
            + " and r.ended_at < now() - ? * interval '1 second'"
            + " and e.id < (select max(newest.id) from run_event newest where newest.run = e.run)";

    private final JdbcClient jdbc;
    private final EventRetentionProperties properties;

    TrimmedEvents(JdbcClient jdbc, EventRetentionProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    @Scheduled(fixedDelayString = "${hone.gateway.events.trim-interval:10m}")
    void trim() {
        int old = jdbc.sql(OLD).param(properties.maxAge().toSeconds()).update();
        if (old > 0) {
            LOG.info("Let {} events go of runs that ended more than {} ago.", old, properties.maxAge());
        }
    }
}
