package dev.hone.judge.grading;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Stored episodes that have no verdict yet.
@Component
class WaitingEpisodes {

    private final JdbcClient jdbc;

    WaitingEpisodes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// @param tries how often it was tried before
    record Waiting(String episodeId, int tries, Instant since) {}

    void add(String episodeId, Instant since, Instant notBefore) {
        jdbc.sql("insert into waiting_episode (episode_id, tries, not_before, since) values (?, 0, ?, ?)"
                        + " on conflict do nothing")
                .params(episodeId, Timestamp.from(notBefore), Timestamp.from(since))
                .update();
    }

    /// Takes those that are due, the longest waiting first. Others get them too if they are still here after the
    /// lease. One that would be due only after the longest pause that there is is due now: the clock was set back.
    List<Waiting> claim(int atMost, Instant now, Duration lease, Duration longestPause) {
        return jdbc.sql("update waiting_episode w set not_before = ?, tries = tries + 1 from (select episode_id from"
                        + " waiting_episode where not_before <= ? or not_before > ? order by since, episode_id limit ? for update"
                        + " skip locked) due where w.episode_id = due.episode_id returning w.episode_id, w.tries - 1 as tries,"
                        + " w.since")
                .params(
                        Timestamp.from(now.plus(lease)),
                        Timestamp.from(now),
                        Timestamp.from(now.plus(longestPause)),
                        atMost)
                .query((rs, n) -> new Waiting(
                        rs.getString("episode_id"),
                        rs.getInt("tries"),
                        rs.getTimestamp("since").toInstant()))
                .list();
    }

    void postpone(String episodeId, Instant notBefore) {
        jdbc.sql("update waiting_episode set not_before = ? where episode_id = ?")
                .params(Timestamp.from(notBefore), episodeId)
                .update();
    }

    void remove(String episodeId) {
        jdbc.sql("delete from waiting_episode where episode_id = ?")
                .param(episodeId)
                .update();
    }

    int count() {
        return jdbc.sql("select count(*) from waiting_episode")
                .query(Integer.class)
                .single();
    }
}
