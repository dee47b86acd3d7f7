package dev.hone.rollout.generation;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;

/// Samples tokens from a run's policy.
public interface Policy {

    /// @param episode whose tokens they are
    /// @param deadline after which there is no use in an answer
    /// @throws EpisodeFailedException `generate-timeout`, `generate-refused`, `interrupted`
    GenerateResponse generate(EpisodeKey episode, GenerateRequest request, Deadline deadline);
}
