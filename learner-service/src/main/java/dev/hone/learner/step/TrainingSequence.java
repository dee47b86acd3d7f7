package dev.hone.learner.step;

import dev.hone.policy.ScoredSequence;

/// A timeline to train on.
///
/// @param episode whose it is, as an index into the batch: an episode's timelines weigh one sequence together
/// @param timeline which of the episode's
/// @param tokens the tokens; its M targets are those inside the mask
/// @param behaviourLogProbs `[M]`, as they were sampled; empty where nobody sampled them (supervised)
/// @param advantage of the episode
public record TrainingSequence(
        int episode, int timeline, ScoredSequence tokens, float[] behaviourLogProbs, double advantage) {

    public TrainingSequence {
        if (behaviourLogProbs.length != 0 && behaviourLogProbs.length != tokens.targets().length) {
            throw new IllegalArgumentException("A sequence has " + tokens.targets().length + " targets but "
                    + behaviourLogProbs.length + " log-probabilities.");
        }
    }

    /// Tokens inside the mask: M.
    public int targets() {
        return tokens.targets().length;
    }

    /// All tokens.
    public int length() {
        return tokens.tokenIds().length;
    }
}
