package dev.hone.worker;

import dev.hone.contracts.Failure;
import tools.jackson.databind.JsonNode;

/// What became of a call.
public sealed interface WorkerAnswer {

    /// The code gave a value.
    ///
    /// @param sha256 of the file that ran
    record Value(JsonNode value, String sha256) implements WorkerAnswer {}

    /// The code raised an exception.
    ///
    /// @param text the exception, as its language shows it
    /// @param kind `error`, or what the role's guest makes of it
    record Raised(String text, String kind) implements WorkerAnswer {}

    /// There is no answer: `worker-unavailable` (no jail on this machine), `code-missing`, `code-unusable`,
    /// `worker-died`, `worker-hung`, `worker-flooded`, `worker-nonsense`, `worker-closed`.
    record Failed(Failure failure) implements WorkerAnswer {}
}
