package dev.hone.learner.advantage;

import java.util.Arrays;

/// GRPO with the deviation of the whole batch: `A_i = (r_i - mean_g) / (std_batch + epsilon)`, the deviation
/// unbiased and over all rewards. 0 for groups whose rewards are all equal.
///
/// Source: TRL's `scale_rewards="batch"`, after Liu et al. 2025, "Tricks or Traps?"; epsilon is 1e-4 there.
///
/// @param epsilon added to the deviation
/// @param groupOfOne what a sample alone is compared with
public record BatchScaledAdvantage(double epsilon, GroupOfOne groupOfOne) implements AdvantageEstimator {

    @Override
    public double[] of(RewardedBatch batch) {
        double[] centred = new MeanCentredAdvantage(groupOfOne).of(batch);
        if (RewardedBatch.isZeroVariance(batch.rewards())) {
            return centred;
        }
        double deviation = RewardedBatch.deviation(batch.rewards());
        return Arrays.stream(centred).map(a -> a / (deviation + epsilon)).toArray();
    }
}
