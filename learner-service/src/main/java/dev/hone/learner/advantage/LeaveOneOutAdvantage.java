package dev.hone.learner.advantage;

import java.util.Arrays;

/// RLOO's advantage: how much better a sample did than the others of its group.
///
/// `A_i = r_i - mean of r_j over j != i in the group = G / (G - 1) * (r_i - mean_g)`. A group whose rewards
/// are all equal has the advantage 0 exactly.
///
/// Sources: Kool et al. 2019; Ahmadian et al. 2024, "Back to Basics".
///
/// @param groupOfOne what a sample alone is compared with
public record LeaveOneOutAdvantage(GroupOfOne groupOfOne) implements AdvantageEstimator {

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
        double sum = Arrays.stream(rewards).sum();
        return Arrays.stream(rewards)
                .map(r -> r - (sum - r) / (rewards.length - 1))
                .toArray();
    }
}
