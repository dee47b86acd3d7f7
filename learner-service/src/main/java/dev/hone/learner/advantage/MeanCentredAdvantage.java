package dev.hone.learner.advantage;

import java.util.Arrays;

/// Dr. GRPO's advantage: `A_i = r_i - mean_g`, not divided by a deviation, so that easy and hard problems
/// count alike. A group whose rewards are all equal has the advantage 0 exactly.
///
/// Source: Liu et al. 2025, "Understanding R1-Zero-Like Training", section 3.2.
///
/// @param groupOfOne what a sample alone is compared with
public record MeanCentredAdvantage(GroupOfOne groupOfOne) implements AdvantageEstimator {

    @Override
    public double[] of(RewardedBatch batch) {
        return batch.byGroup(this::group);
    }

    private double[] group(double[] rewards) {
        if (rewards.length == 1 && groupOfOne == GroupOfOne.REWARD) {
            return rewards;
        }
        if (RewardedBatch.isZeroVariance(rewards)) {
            return new double[rewards.length];
        }
        double mean = RewardedBatch.mean(rewards);
        return Arrays.stream(rewards).map(r -> r - mean).toArray();
    }
}
