package dev.hone.gateway.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/// Steps and evaluations that are done, and closed groups, each once.
@Component
class Curve {

    private static final TypeReference<TreeMap<String, Double>> METRICS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;

    Curve(JdbcClient jdbc, JdbcTemplate batches) {
        this.jdbc = jdbc;
        this.batches = batches;
    }

    /// Whether it is new.
    boolean add(StepCompleted event) {
        StepRow row = StepRow.of(event);
        return jdbc.sql("""
                        insert into step (run, purpose, step, policy_version, metrics, trained, evaluated, skipped,
                            completed_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""")
                        .params(
                                event.run().value(),
                                row.purpose(),
                                row.step(),
                                row.policyVersion(),
                                EventCodec.json().writeValueAsString(row.metrics()),
                                row.trained(),
                                row.evaluated(),
                                row.skipped(),
                                Timestamp.from(row.completedAt()))
                        .update()
                == 1;
    }

    /// Records closed groups.
    ///
    /// @return the phases of those that are new
    Set<Phase> close(List<GroupClosed> events) {
        int[] added = batches.batchUpdate(
                """
                insert into closed_group (run, purpose, step, grp, judged, given_up, replaced)
                values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
                events.stream()
                        .map(event -> new Object[] {
                            event.run().value(),
                            event.phase().purpose().label(),
                            event.phase().step(),
                            event.group(),
                            event.members().size(),
                            event.givenUp().size(),
                            event.replaced()
                        })
                        .toList());
        Set<Phase> phases = new LinkedHashSet<>();
        for (int i = 0; i < added.length; i++) {
            if (added[i] == 1) {
                phases.add(events.get(i).phase());
            }
        }
        return phases;
    }

    PhaseProgress progress(String run, Phase phase) {
        return jdbc.sql("""
                        select count(*) filter (where not replaced), coalesce(sum(judged), 0),
                            coalesce(sum(given_up), 0), count(*) filter (where replaced) from closed_group
                        where run = ? and purpose = ? and step = ?""")
                .params(run, phase.purpose().label(), phase.step())
                .query((rs, n) -> new PhaseProgress(
                        phase.purpose().label(),
                        phase.step(),
                        phase.groups(),
                        rs.getInt(1),
                        rs.getInt(2),
                        rs.getInt(3),
                        rs.getInt(4)))
                .single();
    }

    /// Every point, in the order in which phases follow one another: an evaluation comes after the step of its number.
    List<StepRow> rows(String run) {
        return jdbc.sql("select * from step where run = ? order by step, purpose desc")
                .param(run)
                .query(Curve::row)
                .list();
    }

    /// Of each run the newest training step and the newest evaluation, those that there are.
    Map<String, List<StepRow>> newest(List<String> runs) {
        Map<String, List<StepRow>> newest = new HashMap<>();
        if (!runs.isEmpty()) {
            jdbc.sql("select distinct on (run, purpose) * from step where run in (:runs)"
                            + " order by run, purpose, step desc")
                    .param("runs", runs)
                    .query((rs, n) -> newest.computeIfAbsent(rs.getString("run"), run -> new ArrayList<>())
                            .add(row(rs, n)))
                    .list();
        }
        return newest;
    }

    private static StepRow row(ResultSet rs, int n) throws SQLException {
        Map<String, Double> metrics = EventCodec.json().readValue(rs.getString("metrics"), METRICS);
        return new StepRow(
                rs.getString("purpose"),
                rs.getInt("step"),
                rs.getInt("policy_version"),
                metrics,
                rs.getInt("trained"),
                rs.getInt("evaluated"),
                rs.getInt("skipped"),
                rs.getTimestamp("completed_at").toInstant());
    }
}
