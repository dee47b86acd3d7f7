package dev.hone.rollout.tool;

import dev.hone.contracts.sandbox.ExecutionResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/// The record of tool calls: which episode had what code run, when, for how long and to what end.
@Component
class ToolCalls {

    private static final String RECORD = """
            insert into tool_call (sample_id, attempt, code, code_bytes, code_sha256, started_at, millis,
                outcome, exit_code, run_millis, isolation, stdout, stderr)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""";

    /// So many calls are recorded between two looks at how many are kept.
    private static final int ROUND = 1000;

    private final JdbcTemplate jdbc;
    private final ToolCallProperties properties;

    ToolCalls(JdbcTemplate jdbc, ToolCallProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    /// @param outcome `ok`, `error`, `timed_out`, `truncated`, or a failure's code
    /// @param result null if there is none
    void record(ToolCall call, Instant started, Duration took, String outcome, @Nullable ExecutionResult result) {
        byte[] code = call.code().getBytes(StandardCharsets.UTF_8);
        long id = Objects.requireNonNull(jdbc.queryForObject(
                RECORD,
                Long.class,
                call.episode().sampleId(),
                call.episode().attempt(),
                head(code, properties.code().toBytes()),
                code.length,
                sha256(code),
                Timestamp.from(started),
                took.toMillis(),
                outcome,
                result == null ? null : result.exitCode(),
                result == null ? null : result.durationMillis(),
                result == null ? null : result.isolation(),
                result == null ? null : output(result.stdout()),
                result == null ? null : output(result.stderr())));
        if (id % ROUND == 0) {
            jdbc.update("delete from tool_call where id <= ?", id - properties.keep());
        }
    }

    /// The calls of a sample (`run/purpose/step/group/sample`), all attempts, in order of their ends.
    List<ToolCallView> of(String sampleId) {
        return jdbc.query("select * from tool_call where sample_id = ? order by id", ToolCalls::view, sampleId);
    }

    private static ToolCallView view(ResultSet row, int n) throws SQLException {
        return new ToolCallView(
                row.getInt("attempt"),
                row.getTimestamp("started_at").toInstant(),
                row.getLong("millis"),
                row.getString("outcome"),
                row.getObject("exit_code", Integer.class),
                row.getObject("run_millis", Long.class),
                row.getString("isolation"),
                new String(row.getBytes("code"), StandardCharsets.UTF_8),
                row.getInt("code_bytes"),
                HexFormat.of().formatHex(row.getBytes("code_sha256")),
                text(row.getBytes("stdout")),
                text(row.getBytes("stderr")));
    }

    private byte[] output(String text) {
        return head(text.getBytes(StandardCharsets.UTF_8), properties.output().toBytes());
    }

    private static byte[] head(byte[] bytes, long most) {
        return bytes.length <= most ? bytes : Arrays.copyOf(bytes, Math.toIntExact(most));
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java has no SHA-256", e);
        }
    }
}
