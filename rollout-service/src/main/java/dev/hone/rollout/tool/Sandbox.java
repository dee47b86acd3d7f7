package dev.hone.rollout.tool;

import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.tracing.EpisodeTraces;
import java.net.URI;

/// Runs Python that a model wrote.
public interface Sandbox {

    /// @param deadline after which there is no use in a result
    /// @throws EpisodeFailedException `sandbox-unavailable`, `sandbox-full`, `interrupted`: never for what
    ///     the code did
    ExecutionResult execute(ToolCall call, Deadline deadline);

    /// sandbox-service at this address, called in the thread that asks; nothing is kept of the calls.
    static Sandbox at(URI service, ServiceSecret secret) {
        return new RestSandbox(new SandboxProperties(service), EpisodeTraces.none(), secret);
    }

    /// Whether calls wait for room, so that it is no time to begin further episodes.
    default boolean full() {
        return false;
    }
}
