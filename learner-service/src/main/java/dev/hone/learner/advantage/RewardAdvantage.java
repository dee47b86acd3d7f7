package dev.hone.learner.advantage;

/// The reward itself, `A_i = r_i`: what REINFORCE++ normalises. With a discount of 1 and no KL term in the
/// reward, it is the return at each token of the episode.
public record RewardAdvantage() implements AdvantageEstimator {

    @Override
    public double[] of(RewardedBatch batch) {
        return batch.rewards().clone();
    }
}
