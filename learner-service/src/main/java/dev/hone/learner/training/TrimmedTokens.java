package dev.hone.learner.training;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/// Lets go what no restart needs and is too old, or beyond what may be kept, the oldest first: what updates knew of
/// their
/// tokens, and trajectories of runs that have ended without dropping theirs.
@Component
class TrimmedTokens {
    private static final Logger LOG = LoggerFactory.getLogger(TrimmedTokens.class);

    private static final String KEY = "t.run = %1$s.run and t.purpose = %1$s.purpose and t.step = %1$s.step";

    private static final String OLD = "delete from ledger_tokens t using ledger l where " + KEY.formatted("l")
            + " and l.completed_at < now() - ? * interval '1 second'";

    private static final String BEYOND = "delete from ledger_tokens t using (select l.run, l.purpose, l.step,"
            + " sum(sum(octet_length(t.tokens))) over (order by l.completed_at desc, l.run, l.purpose, l.step) as bytes"
            + " from ledger_tokens t join ledger l on " + KEY.formatted("l")
            + " group by l.run, l.purpose, l.step, l.completed_at) kept where " + KEY.formatted("kept")
            + " and kept.bytes > ?";

    private static final String ENDED = "update episode e set trajectory = null from run r where r.run = e.run"
            + " and e.trajectory is not null and r.state in ('COMPLETED', 'FAILED', 'CANCELLED')"
            + " and r.updated_at < now() - ? * interval '1 second'";

    private final JdbcClient jdbc;
    private final TrainedTokensProperties properties;

    TrimmedTokens(JdbcClient jdbc, TrainedTokensProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    @Scheduled(fixedDelayString = "${hone.learner.trained-tokens.trim-interval:10m}")
    void trim() {
        long seconds = properties.maxAge().toSeconds();
        int old = jdbc.sql(OLD).param(seconds).update();
        int beyond = jdbc.sql(BEYOND).param(properties.maxSize().toBytes()).update();
        int ended = jdbc.sql(ENDED).param(seconds).update();
        if (old + beyond + ended > 0) {
            LOG.info(
                    "Let the tokens' records of {} episodes go that are older than {}, of {} beyond {} MB, and {}"
                            + " trajectories of ended runs.",
                    old,
                    properties.maxAge(),
                    beyond,
                    properties.maxSize().toMegabytes(),
                    ended);
        }
    }
}
