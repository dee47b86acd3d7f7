package dev.hone.learner.advantage;

import java.util.Arrays;

/// GRPO's advantage: how much better a sample did than its group.
///
/// `A_i = (r_i - mean_g) / (std_g + epsilon)`, with the unbiased standard deviation (divided by G - 1). A
/// group whose rewards are all equal has the advantage 0 exactly. A group of one has 0, or `r / (1 +
/// epsilon)` as in verl.
///
/// Source: Shao et al. 2024, "DeepSeekMath", section 4.1.2. Epsilon is 1e-6 in verl, 1e-4 in TRL.
///
/// @param epsilon added to the deviation
/// @param groupOfOne what a sample alone is compared with
public record GroupRelativeAdvantage(double epsilon, GroupOfOne groupOfOne) implements AdvantageEstimator {

    @Override
    public double[] of(RewardedBatch batch) {
        return batch.byGroup(this::group);
    }

    private double[] group(double[] rewards) {
        if (rewards.length == 1 && groupOfOne == GroupOfOne.REWARD) {
            return new double[] {rewards[0] / (1 + epsilon)};
        }
        if (RewardedBatch.isZeroVariance(rewards)) {
            return new double[rewards.length];
        }
        double mean = RewardedBatch.mean(rewards);
        double deviation = RewardedBatch.deviation(rewards);
        return Arrays.stream(rewards)
                .map(r -> (r - mean) / (deviation + epsilon))
                .toArray();
    }
}
