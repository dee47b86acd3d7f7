package dev.hone.rollout.tool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ToolTextTests {

    @Test
    void givesWhatWasPrintedWithoutTheLastNewline() {
        assertThat(text("4\n5\n", "", 0, false, false)).isEqualTo("4\n5");
        assertThat(text("4\n\n", "warning", 0, false, false)).isEqualTo("4\n");
        assertThat(text("", "", 0, false, false)).isEmpty();
    }

    @Test
    void givesTheLastLineOfAnError() {
        String trace =
                "Traceback (most recent call last):\n  File \"/sandbox/x.py\", line 1\nZeroDivisionError: by zero\n\n";

        assertThat(text("1\n", trace, 1, false, false)).isEqualTo("exit_code: 1\nZeroDivisionError: by zero");
        assertThat(text("", "", 139, false, false)).isEqualTo("exit_code: 139");
    }

    @Test
    void saysThatTimeWasUp() {
        assertThat(text("1\n", "", 137, true, false)).isEqualTo("timed out after 2 s");
    }

    @Test
    void saysThatOutputWasCut() {
        assertThat(text("111", "", 0, false, true)).isEqualTo("111\n[output truncated]");
    }

    private static String text(String stdout, String stderr, int exit, boolean timedOut, boolean truncated) {
        return ToolText.of(
                new ExecutionResult(stdout, stderr, exit, timedOut, truncated, 1, "namespaces"), Duration.ofSeconds(2));
    }
}
