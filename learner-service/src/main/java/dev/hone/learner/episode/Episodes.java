package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;

/// Stored trajectories and verdicts.
@Repository
public class Episodes {
    private final JdbcClient jdbc;

    Episodes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void finished(EpisodeFinished event) {
        long malformed = event.messages().stream()
                .flatMap(message -> message.toolCalls().stream())
                .filter(call -> call.malformed())
                .count();
        keyed(
                        "insert into episode (run, purpose, step, group_index, sample, attempt, failed, trajectory, usage,"
                                + " malformed_calls) values (:run, :purpose, :step, :group, :sample, :attempt,"
                                + " :failed, :trajectory, :usage, :malformed) on conflict do nothing",
                        event.episode())
                .param("failed", event.failure() != null)
                .param("trajectory", event.trajectory())
                .param("usage", EventCodec.json().writeValueAsString(event.usage()))
                .param("malformed", malformed)
                .update();
    }

    void judged(EpisodeKey key, double reward, boolean success, Map<String, Boolean> habits) {
        keyed(
                        "insert into verdict (run, purpose, step, group_index, sample, attempt, reward, success, habits)"
                                + " values (:run, :purpose, :step, :group, :sample, :attempt, :reward, :success,"
                                + " :habits) on conflict do nothing",
                        key)
                .param("reward", reward)
                .param("success", success)
                .param("habits", EventCodec.json().writeValueAsString(habits))
                .update();
    }

    /// Every attempt of a phase that has a verdict and whose trajectory has not been dropped.
    public Map<EpisodeKey, JudgedEpisode> judged(RunId run, Purpose purpose, int step) {
        Map<EpisodeKey, JudgedEpisode> found = new HashMap<>();
        jdbc.sql("select e.group_index, e.sample, e.attempt, e.trajectory, e.usage, e.malformed_calls, v.reward,"
                        + " v.success, v.habits from episode e"
                        + " join verdict v using (run, purpose, step, group_index, sample, attempt)"
                        + " where e.run = :run and e.purpose = :purpose and e.step = :step"
                        + " and e.trajectory is not null")
                .param("run", run.value())
                .param("purpose", purpose.label())
                .param("step", step)
                .query((row, n) ->
                        episode(new EpisodeKey(run, purpose, step, row.getInt(1), row.getInt(2), row.getInt(3)), row))
                .list()
                .forEach(episode -> found.put(episode.key(), episode));
        return found;
    }

    private static JudgedEpisode episode(EpisodeKey key, ResultSet row) throws SQLException {
        byte[] trajectory = row.getBytes(4);
        return new JudgedEpisode(
                key,
                trajectory.length == 0 ? new Trajectory(List.of()) : Trajectory.decode(trajectory),
                EventCodec.json().readValue(row.getString(5), EpisodeFinished.Usage.class),
                row.getInt(6),
                row.getDouble(7),
                row.getBoolean(8),
                EventCodec.json().readValue(row.getString(9), new TypeReference<Map<String, Boolean>>() {}));
    }

    /// Drops trajectories that no restart needs: those of phases up to this step.
    public void dropTrajectories(RunId run, int step) {
        jdbc.sql("update episode set trajectory = null where run = :run and step <= :step"
                        + " and (purpose = :train or step < :step) and trajectory is not null")
                .param("run", run.value())
                .param("step", step)
                .param("train", Purpose.TRAIN.label())
                .update();
    }

    private JdbcClient.StatementSpec keyed(String sql, EpisodeKey key) {
        return jdbc.sql(sql)
                .param("run", key.run().value())
                .param("purpose", key.purpose().label())
                .param("step", key.step())
                .param("group", key.group())
                .param("sample", key.sample())
                .param("attempt", key.attempt());
    }
}
