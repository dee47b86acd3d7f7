package dev.hone.sandbox.isolation;

import java.time.Duration;

/// What became of a snippet.
public sealed interface JailOutcome {

    /// The snippet ran to its end, or to one of its limits.
    ///
    /// @param stdout the head of standard output, UTF-8 with U+FFFD for what is none
    /// @param stderr the head of standard error, likewise
    /// @param exitCode its exit code; 128 + n after signal n
    /// @param timedOut whether the wall-clock or the CPU limit ended it
    /// @param truncated whether more output was produced than is kept
    /// @param duration wall-clock time in its namespaces
    record Completed(String stdout, String stderr, int exitCode, boolean timedOut, boolean truncated, Duration duration)
            implements JailOutcome {}

    /// The jail was lost or could not be had.
    ///
    /// @param mayHaveRun false if the snippet certainly did not run
    record Lost(String reason, boolean mayHaveRun) implements JailOutcome {}
}
