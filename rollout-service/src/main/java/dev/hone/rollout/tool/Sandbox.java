package dev.hone.rollout.tool;

import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.time.Duration;

/// Runs Python that a model wrote.
public interface Sandbox {

    /// @param timeout wall-clock limit of the code
    /// @param deadline after which there is no use in a result
    /// @throws EpisodeFailedException `sandbox-unavailable`, `sandbox-refused`, `interrupted`: never for what
    ///     the code did
    ExecutionResult execute(String code, Duration timeout, Deadline deadline);
}
