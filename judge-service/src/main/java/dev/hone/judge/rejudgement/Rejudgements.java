package dev.hone.judge.rejudgement;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.judge.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Sets of second verdicts.
@Component
class Rejudgements {

    /// Writes equal requests as equal text.
    private static final JsonMapper ORDERED = EventCodec.json()
            .rebuild()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final String SELECT = "select r.*, (select count(*) from rejudged_episode e where e.rejudgement ="
            + " r.id) as judged from rejudgement r where ";

    private final JdbcTemplate jdbc;

    Rejudgements(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    static String id(String run, RejudgeRequest request) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((run + "\n" + ORDERED.writeValueAsString(request)).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    /// Opens the set, or opens it again for what has come since.
    void open(String id, String run, RejudgeRequest request, int episodes, Instant now) {
        jdbc.update(
                "insert into rejudgement (id, run, request, state, episodes, started_at) values (?, ?, ?, 'RUNNING', ?,"
                        + " ?) on conflict (id) do update set state = 'RUNNING', failure = null, ended_at = null,"
                        + " episodes = excluded.episodes",
                id,
                run,
                ORDERED.writeValueAsString(request),
                episodes,
                Timestamp.from(now));
    }

    void close(String id, Rejudgement.State state, @Nullable String failure, Instant now) {
        jdbc.update(
                "update rejudgement set state = ?, failure = ?, ended_at = ? where id = ?",
                state.name(),
                failure,
                Timestamp.from(now),
                id);
    }

    /// Keeps verdicts; one that is there stays.
    @Transactional
    public void keep(String id, List<EpisodeJudged> judged) {
        jdbc.batchUpdate(
                "insert into rejudged_episode (rejudgement, episode_id, reward, success, cause, event) values (?, ?, ?,"
                        + " ?, ?, ?) on conflict do nothing",
                judged.stream().map(event -> row(id, event)).toList());
    }

    private static @Nullable Object[] row(String id, EpisodeJudged event) {
        Verdict verdict = event.verdict();
        String cause = verdict != null
                ? verdict.cause()
                : event.failure() == null ? "" : event.failure().code();
        return new @Nullable Object[] {
            id,
            event.episode().id(),
            verdict == null ? null : verdict.reward(),
            verdict == null ? null : verdict.success(),
            cause,
            new String(EventCodec.encode(event), StandardCharsets.UTF_8)
        };
    }

    Optional<Rejudgement> find(String run, String id) {
        return jdbc.query(SELECT + "r.run = ? and r.id = ?", Rejudgements::read, run, id).stream()
                .findFirst();
    }

    /// Newest first.
    List<Rejudgement> of(String run) {
        return jdbc.query(SELECT + "r.run = ? order by r.started_at desc", Rejudgements::read, run);
    }

    List<Rejudgement> running() {
        return jdbc.query(SELECT + "r.state = 'RUNNING'", Rejudgements::read);
    }

    private static Rejudgement read(ResultSet rs, int n) throws SQLException {
        Timestamp ended = rs.getTimestamp("ended_at");
        return new Rejudgement(
                rs.getString("id"),
                rs.getString("run"),
                EventCodec.json().readValue(rs.getString("request"), RejudgeRequest.class),
                Rejudgement.State.valueOf(rs.getString("state")),
                rs.getString("failure"),
                rs.getInt("episodes"),
                rs.getInt("judged"),
                null,
                rs.getTimestamp("started_at").toInstant(),
                ended == null ? null : ended.toInstant());
    }
}
