package dev.hone.gateway.episode;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One attempt at a sample, in short. What is not known yet is null.
///
/// @param purpose `train` or `eval`
/// @param state `finished`, `judged`, `failed` or `given_up`
/// @param cause why it was no success, or why it failed; `none` for a success
public record EpisodeRow(
        String purpose,
        int step,
        int group,
        int sample,
        int attempt,
        @Nullable String taskId,
        String state,
        @Nullable Double reward,
        @Nullable Boolean success,
        @Nullable String cause,
        @Nullable Boolean missingPrint,
        @Nullable Boolean earlyAnswer,
        @Nullable Integer turns,
        @Nullable Integer toolCalls,
        @Nullable Integer promptTokens,
        @Nullable Integer sampledTokens,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Instant judgedAt) {

    static EpisodeRow of(ResultSet rs, int n) throws SQLException {
        return new EpisodeRow(
                rs.getString("purpose"),
                rs.getInt("step"),
                rs.getInt("grp"),
                rs.getInt("sample"),
                rs.getInt("attempt"),
                rs.getString("task_id"),
                rs.getString("state"),
                rs.getObject("reward", Double.class),
                rs.getObject("success", Boolean.class),
                rs.getString("cause"),
                rs.getObject("missing_print", Boolean.class),
                rs.getObject("early_answer", Boolean.class),
                rs.getObject("turns", Integer.class),
                rs.getObject("tool_calls", Integer.class),
                rs.getObject("prompt_tokens", Integer.class),
                rs.getObject("sampled_tokens", Integer.class),
                instant(rs, "started_at"),
                instant(rs, "finished_at"),
                instant(rs, "judged_at"));
    }

    private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
        Timestamp at = rs.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /// Where it stands among its run's episodes: what [EpisodeQuery#after()] takes.
    public String cursor() {
        return purpose + "-" + step + "-" + group + "-" + sample + "-" + attempt;
    }
}
