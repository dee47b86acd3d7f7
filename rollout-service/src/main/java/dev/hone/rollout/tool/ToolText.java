package dev.hone.rollout.tool;

import dev.hone.contracts.sandbox.ExecutionResult;
import java.time.Duration;
import java.util.List;

/// What the model is told of an execution: what the code printed; of a failure its code and the last line,
/// without the paths of the machine.
public final class ToolText {

    private static final String TRUNCATED = "\n[output truncated]";

    private ToolText() {}

    /// @param timeout the limit that the code ran under
    public static String of(ExecutionResult result, Duration timeout) {
        String text;
        if (result.timedOut()) {
            text = "timed out after " + seconds(timeout) + " s";
        } else if (result.exitCode() != 0) {
            text = ("exit_code: " + result.exitCode() + "\n" + lastLine(result.stderr())).strip();
        } else {
            text = withoutFinalNewline(result.stdout());
        }
        return result.truncated() ? text + TRUNCATED : text;
    }

    private static String lastLine(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        return lines.isEmpty() ? "" : lines.getLast().strip();
    }

    private static String withoutFinalNewline(String text) {
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static String seconds(Duration timeout) {
        double seconds = timeout.toMillis() / 1000.0;
        return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    }
}
