package dev.hone.sandbox.execution;

import dev.hone.contracts.sandbox.ExecutionResult;

/// The answer to one call.
sealed interface ExecutionOutcome {

    /// It ran.
    record Completed(ExecutionResult result) implements ExecutionOutcome {}

    /// No slot came free, the queue is full.
    record Rejected(String reason) implements ExecutionOutcome {}

    /// There is no jail to run it in, or it was lost twice.
    ///
    /// @param mayHaveRun false if the code certainly did not run
    record Unavailable(String reason, boolean mayHaveRun) implements ExecutionOutcome {}

    /// The value of the metrics' `outcome` tag.
    default String tag() {
        return switch (this) {
            case Rejected _ -> "rejected";
            case Unavailable _ -> "unavailable";
            case Completed(ExecutionResult result) when result.timedOut() -> "timed_out";
            case Completed(ExecutionResult result) when result.truncated() -> "truncated";
            case Completed(ExecutionResult result) -> result.exitCode() == 0 ? "ok" : "error";
        };
    }
}
