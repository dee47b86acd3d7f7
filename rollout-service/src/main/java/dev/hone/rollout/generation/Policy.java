package dev.hone.rollout.generation;

import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;

/// Samples tokens from a run's policy.
public interface Policy {

    /// @param deadline after which there is no use in an answer
    /// @throws EpisodeFailedException `generate-timeout`, `generate-refused`, `interrupted`
    GenerateResponse generate(RunId run, GenerateRequest request, Deadline deadline);
}
