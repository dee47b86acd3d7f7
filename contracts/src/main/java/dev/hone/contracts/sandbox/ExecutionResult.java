package dev.hone.contracts.sandbox;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/// What running the code gave. In JSON `stdout`, `stderr`, `exit_code`, `timed_out`, `truncated`, `duration_millis`,
/// `isolation`.
///
/// @param stdout standard output, UTF-8 with U+FFFD where it was none, cut at the sandbox's limit
/// @param stderr standard error, likewise
/// @param exitCode the process's; 128 + n after signal n; 137 after a time limit
/// @param timedOut whether a wall-clock or CPU limit ended it
/// @param truncated whether output was cut
/// @param durationMillis wall-clock milliseconds from start to end of the process
/// @param isolation how it was confined: `namespaces` or `seccomp`
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ExecutionResult(
        String stdout,
        String stderr,
        int exitCode,
        boolean timedOut,
        boolean truncated,
        long durationMillis,
        String isolation) {}
