package dev.hone.learner.advantage;

import java.util.Arrays;

/// GRPO's advantage: how much better a sample did than its group.
///
/// `A_i = (r_i - mean(r)) / (std(r) + 1e-6)`, with the unbiased standard deviation (divided by G - 1). A group whose
/// rewards are all equal has the advantage 0 exactly (tested on the rewards, because a rounded mean would leave noise
/// that the small epsilon blows up), and so has a group of one.
///
/// Source: Shao et al. 2024, "DeepSeekMath", section 4.1.1; the epsilon is verl's.
public final class GroupRelativeAdvantage {
    private static final double EPSILON = 1e-6;

    private GroupRelativeAdvantage() {}

    /// The advantages of one group.
    ///
    /// @param rewards `[G]`, one for each sample
    /// @return `[G]`
    public static double[] of(double[] rewards) {
        double[] advantages = new double[rewards.length];
        if (isZeroVariance(rewards)) {
            return advantages;
        }
        double mean = Arrays.stream(rewards).sum() / rewards.length;
        double squares =
                Arrays.stream(rewards).map(r -> (r - mean) * (r - mean)).sum();
        double deviation = Math.sqrt(squares / (rewards.length - 1));
        for (int i = 0; i < rewards.length; i++) {
            advantages[i] = (rewards[i] - mean) / (deviation + EPSILON);
        }
        return advantages;
    }

    /// Whether the rewards are all equal, so that nothing can be learned from their difference.
    public static boolean isZeroVariance(double[] rewards) {
        return Arrays.stream(rewards).distinct().count() <= 1;
    }
}
