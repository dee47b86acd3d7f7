package dev.hone.rollout.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.rollout.TestingEpisodes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.util.unit.DataSize;

/// The record of tool calls in a real database.
class ToolCallsIntegrationTests {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
    private static JdbcTemplate jdbc;

    @BeforeAll
    static void migrate() {
        DriverManagerDataSource database = new DriverManagerDataSource(
                TestInfrastructure.database("tool-calls"), "postgres", TestInfrastructure.password());
        new ResourceDatabasePopulator(new ClassPathResource("db/rollout/V4__tool_call.sql")).execute(database);
        jdbc = new JdbcTemplate(database);
    }

    @Test
    void keepsWhatCameOfEachCallOfAllAttempts() {
        ToolCalls calls = calls(1000);
        ToolCall first = call(1, 0, "print('a\u0000ü')");
        ToolCall second = call(1, 1, "x".repeat(20));
        calls.record(first, START, Duration.ofMillis(7), "error", result("out\u0000", "err"));
        calls.record(second, START, Duration.ofMillis(9), "sandbox-full", null);

        List<ToolCallView> kept = calls.of(first.episode().sampleId());

        assertThat(kept).extracting(ToolCallView::attempt).containsExactly(0, 1);
        assertThat(kept.getFirst())
                .isEqualTo(new ToolCallView(
                        0,
                        START,
                        7,
                        "error",
                        1,
                        3L,
                        "namespaces",
                        "print('a\u0000ü')",
                        13,
                        kept.getFirst().codeSha256(),
                        "out\u0000",
                        "err"));
        assertThat(kept.getLast().code()).isEqualTo("x".repeat(16));
        assertThat(kept.getLast().codeBytes()).isEqualTo(20);
        // printf 'xxxxxxxxxxxxxxxxxxxx' | sha256sum
        assertThat(kept.getLast().codeSha256())
                .isEqualTo("d4fc1db665446507dc51b0c9392dd9649291581bfe1b48e241b2b08032b3b647");
        assertThat(kept.getLast().exitCode()).isNull();
    }

    @Test
    void keepsTheNewestOnly() {
        ToolCalls calls = calls(10);
        for (int n = 0; n < 2000; n++) {
            calls.record(call(2, 0, "pass"), START, Duration.ZERO, "ok", result("", ""));
        }
        assertThat(calls.of(call(2, 0, "").episode().sampleId())).hasSizeLessThan(1000 + 10);
    }

    private static ToolCalls calls(long keep) {
        return new ToolCalls(jdbc, new ToolCallProperties(keep, DataSize.ofBytes(16), DataSize.ofBytes(8)));
    }

    private static ToolCall call(int group, int attempt, String code) {
        return new ToolCall(
                TestingEpisodes.issued(group, 0, attempt, TestingEpisodes.settings(2, 256, 2048, 8, 60))
                        .episode(),
                code,
                Duration.ofSeconds(2),
                Duration.ZERO);
    }

    private static ExecutionResult result(String stdout, String stderr) {
        return new ExecutionResult(stdout, stderr, 1, false, false, 3, "namespaces");
    }
}
