package dev.hone.learner.advantage;

import java.util.Arrays;

/// REINFORCE++: other advantages, normalised over all tokens inside the mask of the whole batch, so that long
/// episodes weigh more.
///
/// ```
/// N    = sum_i n_i                         n_i: tokens of episode i
/// mean = sum_i n_i a_i / N
/// var  = sum_i n_i (a_i - mean)^2 / (N - 1)
/// A_i  = (a_i - mean) / sqrt(var + 1e-8)
/// ```
///
/// With `a_i = r_i` it is REINFORCE++, with `a_i = r_i - mean_g` its baseline variant. (verl's estimator for
/// the first puts the return to 0 at every masked token, so that on episodes with tools the tokens before a
/// tool's result learn nothing; that is not done here.)
///
/// Source: Hu et al. 2025, "REINFORCE++"; the epsilon is that of verl's `masked_whiten`.
///
/// @param inner the advantages that are normalised
public record TokenWhitenedAdvantage(AdvantageEstimator inner) implements AdvantageEstimator {
    private static final double EPSILON = 1e-8;

    @Override
    public double[] of(RewardedBatch batch) {
        double[] values = inner.of(batch);
        int[] tokens = batch.tokens();
        double count = Arrays.stream(tokens).asLongStream().sum();
        if (count < 2) {
            return new double[values.length];
        }
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += tokens[i] * values[i];
        }
        double mean = sum / count;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            squares += tokens[i] * (values[i] - mean) * (values[i] - mean);
        }
        double scale = Math.sqrt(squares / (count - 1) + EPSILON);
        return Arrays.stream(values).map(a -> (a - mean) / scale).toArray();
    }
}
