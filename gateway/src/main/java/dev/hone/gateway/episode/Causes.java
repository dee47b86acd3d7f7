package dev.hone.gateway.episode;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Why episodes earned what they earned, counted.
@Component
class Causes {

    private final JdbcClient jdbc;

    Causes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /// Attempts of one step with one cause. `/episodes` with the same four values lists them.
    ///
    /// @param purpose `train` or `eval`
    /// @param state `judged`, `failed` (the sample was or will be tried again) or `given_up`
    /// @param cause the verdict's, `none` for a success, or the code of the failure in its place
    /// @param episodes how many
    /// @param meanReward over them; null where there is no verdict
    record Count(
            String purpose,
            int step,
            String state,
            String cause,
            int episodes,
            @Nullable Double meanReward) {}

    /// Step by step, the most frequent first.
    ///
    /// @param purpose null: both
    /// @param step null: all
    List<Count> of(String run, @Nullable String purpose, @Nullable Integer step) {
        return jdbc.sql("select purpose, step, state, cause, count(*) as episodes, avg(reward) as mean_reward"
                        + " from episode where run = :run and cause is not null"
                        + " and (cast(:purpose as text) is null or purpose = :purpose)"
                        + " and (cast(:step as int) is null or step = :step)"
                        + " group by purpose, step, state, cause order by purpose, step, count(*) desc, state, cause")
                .param("run", run)
                .param("purpose", purpose)
                .param("step", step)
                .query((rs, n) -> new Count(
                        rs.getString("purpose"),
                        rs.getInt("step"),
                        rs.getString("state"),
                        rs.getString("cause"),
                        rs.getInt("episodes"),
                        rs.getObject("mean_reward", Double.class)))
                .list();
    }
}
