package dev.hone.learner.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// The runs and their states.
@Repository
public class Runs {
    private static final List<String> TERMINAL = Arrays.stream(RunState.values())
            .filter(RunState::terminal)
            .map(Enum::name)
            .toList();

    private final JdbcClient jdbc;

    Runs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Takes a run in; one that is known, be it as cancelled, stays as it is.
    void submit(RunId run, RunConfig config) {
        jdbc.sql("insert into run (run, state, config) values (?, ?, ?) on conflict do nothing")
                .params(
                        run.value(),
                        RunState.SUBMITTED.name(),
                        EventCodec.json().writeValueAsString(config))
                .update();
    }

    /// Ends a run that has not ended; one that is not known yet will never begin.
    void cancel(RunId run) {
        jdbc.sql("insert into run (run, state) values (:run, :cancelled) on conflict (run) do update"
                        + " set state = :cancelled, updated_at = now() where run.state not in (:terminal)")
                .param("run", run.value())
                .param("cancelled", RunState.CANCELLED.name())
                .param("terminal", TERMINAL)
                .update();
    }

    /// Moves a run on, in the caller's transaction.
    ///
    /// @return false if it is in a state from which this one does not follow, for example cancelled meanwhile
    public boolean move(RunId run, RunState to, @Nullable Failure failure) {
        List<String> from = Arrays.stream(RunState.values())
                .filter(state -> state.next().contains(to))
                .map(Enum::name)
                .toList();
        return jdbc.sql("update run set state = :to, failure_code = :code, failure_message = :message,"
                                + " updated_at = now() where run = :run and state in (:from)")
                        .param("to", to.name())
                        .param("code", failure == null ? null : failure.code())
                        .param("message", failure == null ? null : failure.message())
                        .param("run", run.value())
                        .param("from", from)
                        .update()
                == 1;
    }

    /// The run; empty if it was never submitted.
    public Optional<KnownRun> find(RunId run) {
        return jdbc.sql("select run, state, config from run where run = ? and config is not null")
                .param(run.value())
                .query(Runs::run)
                .optional();
    }

    /// The oldest run that has not ended.
    public Optional<KnownRun> nextDue() {
        return jdbc.sql("select run, state, config from run where config is not null and state not in (:terminal)"
                        + " order by position limit 1")
                .param("terminal", TERMINAL)
                .query(Runs::run)
                .optional();
    }

    private static KnownRun run(ResultSet row, int number) throws SQLException {
        return new KnownRun(
                new RunId(row.getString(1)),
                RunState.valueOf(row.getString(2)),
                EventCodec.json().readValue(row.getString(3), RunConfig.class));
    }
}
