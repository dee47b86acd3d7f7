package dev.hone.gateway.tracker;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/// How far each tracker has been told of each run. Points are read from the curve itself, so none is lost while a
/// tracker is away.
@Component
class Tracking {

    /// Stands for a run whose file names no tracker.
    private static final String NONE = "none";

    /// As long as nobody else takes over what one turn tells.
    private static final Duration CLAIM = Duration.ofSeconds(120);

    /// Points that one turn tells at most.
    static final int POINTS = 200;

    private static final TypeReference<TreeMap<String, Double>> METRICS = new TypeReference<>() {};

    private final JdbcClient jdbc;

    Tracking(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Something that a tracker has to be told.
    ///
    /// @param reference under which name the run is there; null before it was begun
    /// @param toldTrain newest training step that it knows; -1: none
    /// @param toldEval newest evaluation that it knows; -1: none
    /// @param problem why it could not be told last time; null: it could
    record Due(
            String tracker,
            TrackedRun run,
            @Nullable String reference,
            int toldTrain,
            int toldEval,
            @Nullable String problem,
            Instant dueAt) {}

    /// How far a tracker is, for people.
    record State(
            String tracker,
            @Nullable String reference,
            int newestTrain,
            int newestEval,
            boolean ended,
            @Nullable String problem) {}

    /// Puts down which trackers new runs ask for.
    void adopt(List<Tracker> trackers) {
        jdbc.sql("select name, config from run r where not exists (select 1 from tracking t where t.run = r.name)")
                .query((rs, n) -> {
                    RunConfig config = config(rs);
                    List<String> wanted = trackers.stream()
                            .filter(tracker -> tracker.wanted(config.trackers()))
                            .map(Tracker::name)
                            .toList();
                    return Map.entry(rs.getString("name"), wanted.isEmpty() ? List.of(NONE) : wanted);
                })
                .list()
                .forEach(run -> run.getValue()
                        .forEach(tracker -> jdbc.sql("""
                                        insert into tracking (run, tracker, ended) values (?, ?, ?)
                                        on conflict do nothing""")
                                .params(run.getKey(), tracker, tracker.equals(NONE))
                                .update()));
    }

    /// What is to be told now.
    List<Due> due() {
        return jdbc.sql("""
                        select t.*, r.config, r.state, r.submitted_at, r.ended_at from tracking t join run r on r.name = t.run
                        where not t.ended and t.due_at <= now()
                            and (t.reference is null or r.ended_at is not null or exists (
                                select 1 from step s where s.run = t.run
                                    and (s.purpose = 'train' and s.step > t.told_train
                                        or s.purpose = 'eval' and s.step > t.told_eval)))""")
                .query((rs, n) -> new Due(
                        rs.getString("tracker"),
                        run(rs),
                        rs.getString("reference"),
                        rs.getInt("told_train"),
                        rs.getInt("told_eval"),
                        rs.getString("problem"),
                        rs.getTimestamp("due_at").toInstant()))
                .list();
    }

    /// Whether this process may tell it: of several gateways one does at a time.
    boolean claim(Due due) {
        return jdbc.sql("""
                        update tracking set due_at = now() + cast(? as interval)
                        where run = ? and tracker = ? and due_at = ?""")
                        .params(interval(CLAIM), due.run().name(), due.tracker(), Timestamp.from(due.dueAt()))
                        .update()
                == 1;
    }

    /// Points that the tracker does not know, in the order in which phases follow one another.
    List<Point> untold(Due due) {
        return jdbc.sql("""
                        select purpose, step, metrics, completed_at from step where run = ?
                            and (purpose = 'train' and step > ? or purpose = 'eval' and step > ?)
                        order by step, purpose desc limit ?""")
                .params(due.run().name(), due.toldTrain(), due.toldEval(), POINTS)
                .query((rs, n) -> new Point(
                        rs.getString("purpose"),
                        rs.getInt("step"),
                        rs.getTimestamp("completed_at").toInstant(),
                        EventCodec.json().readValue(rs.getString("metrics"), METRICS)))
                .list();
    }

    /// The run is begun there.
    void opened(Due due, String reference) {
        jdbc.sql("update tracking set reference = ? where run = ? and tracker = ?")
                .params(reference, due.run().name(), due.tracker())
                .update();
    }

    /// What was told is not there any more: the same, with everything still to be told.
    Due forgotten(Due due) {
        jdbc.sql("update tracking set told_train = -1, told_eval = -1 where run = ? and tracker = ?")
                .params(due.run().name(), due.tracker())
                .update();
        return new Due(due.tracker(), due.run(), due.reference(), -1, -1, due.problem(), due.dueAt());
    }

    /// The points are known there.
    void told(Due due, List<Point> points) {
        jdbc.sql("""
                        update tracking set told_train = greatest(told_train, ?), told_eval = greatest(told_eval, ?)
                        where run = ? and tracker = ?""")
                .params(
                        newest(points, "train"),
                        newest(points, "eval"),
                        due.run().name(),
                        due.tracker())
                .update();
    }

    private static int newest(List<Point> points, String purpose) {
        return points.stream()
                .filter(point -> point.purpose().equals(purpose))
                .mapToInt(Point::step)
                .max()
                .orElse(-1);
    }

    /// The turn is over.
    ///
    /// @param ended whether there is nothing more to tell
    void done(Due due, boolean ended) {
        jdbc.sql("""
                        update tracking set ended = ?, problem = null, due_at = now() where run = ? and tracker = ?""").params(ended, due.run().name(), due.tracker()).update();
    }

    /// The tracker could not be had; it is told again after a while.
    void failed(Due due, String problem, Duration again) {
        jdbc.sql("""
                        update tracking set problem = ?, due_at = now() + cast(? as interval)
                        where run = ? and tracker = ?""")
                .params(problem, interval(again), due.run().name(), due.tracker())
                .update();
    }

    List<State> states(String run) {
        return jdbc.sql("select * from tracking where run = ? and tracker <> ? order by tracker")
                .params(run, NONE)
                .query((rs, n) -> new State(
                        rs.getString("tracker"),
                        rs.getString("reference"),
                        rs.getInt("told_train"),
                        rs.getInt("told_eval"),
                        rs.getBoolean("ended"),
                        rs.getString("problem")))
                .list();
    }

    private static TrackedRun run(ResultSet rs) throws SQLException {
        Timestamp ended = rs.getTimestamp("ended_at");
        return new TrackedRun(
                rs.getString("run"),
                config(rs),
                RunState.valueOf(rs.getString("state").toUpperCase(Locale.ROOT)),
                rs.getTimestamp("submitted_at").toInstant(),
                ended == null ? null : ended.toInstant());
    }

    private static RunConfig config(ResultSet rs) throws SQLException {
        return EventCodec.json().readValue(rs.getString("config"), RunConfig.class);
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }
}
