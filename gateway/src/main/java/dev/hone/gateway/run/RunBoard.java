package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunState;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.problem.ApiException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/// Runs for the pages: what the REST API shows and takes, under the same rules.
@Service
public class RunBoard {

    private final JdbcClient jdbc;
    private final Curve curve;
    private final RunLookup lookup;
    private final RunControl control;
    private final RunSubmission submission;

    RunBoard(JdbcClient jdbc, Curve curve, RunLookup lookup, RunControl control, RunSubmission submission) {
        this.jdbc = jdbc;
        this.curve = curve;
        this.lookup = lookup;
        this.control = control;
        this.submission = submission;
    }

    /// A run in a list.
    ///
    /// @param newest its newest training step and evaluation, those that there are
    public record Line(
            String run,
            RunState state,
            int step,
            @Nullable Integer steps,
            Instant submittedAt,
            @Nullable Instant endedAt,
            List<StepRow> newest) {

        private Line with(List<StepRow> newest) {
            return new Line(run, state, step, steps, submittedAt, endedAt, newest);
        }
    }

    /// Runs that who asks may see, newest first.
    public List<Line> list(int offset, int limit) {
        List<Line> lines = jdbc.sql("select name, state, step, steps, submitted_at, ended_at from run"
                        + " where :project = '*' or project = :project"
                        + " order by submitted_at desc, name offset :offset limit :limit")
                .param("project", Caller.current().project())
                .param("offset", offset)
                .param("limit", limit)
                .query(RunBoard::line)
                .list();
        Map<String, List<StepRow>> newest =
                curve.newest(lines.stream().map(Line::run).toList());
        return lines.stream()
                .map(line -> line.with(newest.getOrDefault(line.run(), List.of())))
                .toList();
    }

    private static Line line(ResultSet rs, int n) throws SQLException {
        Timestamp ended = rs.getTimestamp("ended_at");
        return new Line(
                rs.getString("name"),
                RunState.valueOf(rs.getString("state")),
                rs.getInt("step"),
                rs.getObject("steps", Integer.class),
                rs.getTimestamp("submitted_at").toInstant(),
                ended == null ? null : ended.toInstant(),
                List.of());
    }

    /// @throws ApiException 404 if there is no such run
    public RunView view(String run) {
        return RunView.of(lookup.get(run), curve.rows(run));
    }

    /// The run's curve, in order.
    ///
    /// @throws ApiException 404 if there is no such run
    public List<StepRow> curve(String run) {
        lookup.require(run);
        return curve.rows(run);
    }

    /// The settings that are not the same in all of the runs, in their order.
    ///
    /// @throws ApiException 404 if there is no such run
    public List<Comparison.Setting> settings(List<String> runs) {
        return Comparison.settings(runs.stream().map(lookup::config).toList());
    }

    /// @throws ApiException 404 if there is no such run, 409 if its state does not allow it
    public void control(String run, RunControlled.Action action) {
        control.control(run, action);
    }

    /// A file that can run, and under which name.
    public record Checked(String run, RunConfig config, List<String> warnings) {}

    /// Reads and checks a run's file; stores nothing.
    ///
    /// @throws ApiException 422 with what is wrong, 409 if the name is taken
    public Checked check(String file) {
        RunSubmission.Checked checked = submission.check(file);
        return new Checked(checked.run().value(), checked.config(), checked.warnings());
    }

    /// Submits a run; its name.
    ///
    /// @throws ApiException as [#check(String)]
    public String submit(String file) {
        return submission.submit(file, null).name();
    }
}
