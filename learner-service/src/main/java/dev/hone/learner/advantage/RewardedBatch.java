package dev.hone.learner.advantage;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// The episodes of a batch as advantages see them.
///
/// @param rewards `[B]`
/// @param groups `[B]`: episodes of one problem have the same number; they need not be neighbours
/// @param tokens `[B]`: tokens inside the loss mask
public record RewardedBatch(double[] rewards, int[] groups, int[] tokens) {

    public RewardedBatch {
        if (groups.length != rewards.length || tokens.length != rewards.length) {
            throw new IllegalArgumentException("A batch has " + rewards.length + " rewards, " + groups.length
                    + " group numbers and " + tokens.length + " token counts; the counts must be the same.");
        }
    }

    int size() {
        return rewards.length;
    }

    /// Applies an operation to the rewards of each group.
    ///
    /// @param operation `[G]` to `[G]`
    /// @return `[B]`
    double[] byGroup(UnaryOperator<double[]> operation) {
        double[] result = new double[size()];
        for (int group : Arrays.stream(groups).distinct().toArray()) {
            int[] members =
                    IntStream.range(0, size()).filter(i -> groups[i] == group).toArray();
            double[] values = operation.apply(
                    Arrays.stream(members).mapToDouble(i -> rewards[i]).toArray());
            for (int i = 0; i < members.length; i++) {
                result[members[i]] = values[i];
            }
        }
        return result;
    }

    /// Whether rewards are all equal, so that nothing can be learned from their difference: tested on the
    /// rewards, because a rounded mean would leave noise that a small deviation blows up. So it is for a
    /// single one.
    public static boolean isZeroVariance(double[] rewards) {
        return Arrays.stream(rewards).distinct().count() <= 1;
    }

    static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /// With n - 1; of at least two values.
    static double deviation(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1));
    }
}
