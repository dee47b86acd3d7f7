package dev.hone.learner.advantage;

import java.util.Arrays;

/// Other advantages, normalised over the episodes of the batch, one vote for each:
/// `A_i = (a_i - mean_batch(a)) / (std_batch(a) + epsilon)`, with the unbiased deviation. 0 for all if all
/// are equal.
///
/// With `a_i = r_i` it is REINFORCE++ by sequences; with leave-one-out advantages it is TRL's
/// `RLOOConfig.normalize_advantages`, where epsilon is 1e-4.
///
/// @param inner the advantages that are normalised
/// @param epsilon added to the deviation
public record BatchNormalisedAdvantage(AdvantageEstimator inner, double epsilon) implements AdvantageEstimator {

    @Override
    public double[] of(RewardedBatch batch) {
        double[] values = inner.of(batch);
        if (RewardedBatch.isZeroVariance(values)) {
            return new double[values.length];
        }
        double mean = RewardedBatch.mean(values);
        double deviation = RewardedBatch.deviation(values);
        return Arrays.stream(values)
                .map(a -> (a - mean) / (deviation + epsilon))
                .toArray();
    }
}
