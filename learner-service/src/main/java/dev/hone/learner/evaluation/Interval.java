package dev.hone.learner.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/// A confidence interval of 95 %.
record Interval(double low, double high) {
    /// The standard normal distribution's 97.5 % quantile.
    private static final double Z = 1.959963984540054;

    private static final int RESAMPLES = 2000;
    private static final int TAIL = (int) (0.025 * RESAMPLES);
    private static final long SEED = 42;

    /// Wilson's score interval of a share, from independent trials. With `p = successes / trials`,
    ///
    /// `(p + z²/2n ± z √(p (1 - p) / n + z²/4n²)) / (1 + z²/n)`, without continuity correction.
    ///
    /// It stays within 0 and 1 and has a width also where all trials succeed. Source: Wilson 1927, *Probable
    /// Inference, the Law of Succession, and Statistical Inference*; method 3 of Newcombe 1998.
    ///
    /// @param trials at least 1
    static Interval wilson(int successes, int trials) {
        if (trials < 1 || successes < 0 || successes > trials) {
            throw new IllegalArgumentException(
                    successes + " successes of " + trials + " trials are no share; there must be a trial at least.");
        }
        double p = (double) successes / trials;
        double square = Z * Z / trials;
        double centre = p + square / 2;
        double reach = Z * Math.sqrt((p * (1 - p) + square / 4) / trials);
        return new Interval(Math.max(0, (centre - reach) / (1 + square)), Math.min(1, (centre + reach) / (1 + square)));
    }

    /// Percentile bootstrap of the mean over problems: 2000 times as many problems as there are, drawn with
    /// replacement by a fixed seed; the means' 2.5 % and 97.5 % quantiles. A problem's samples stay together, for
    /// they depend on one another. Where all values are alike the interval is that value: the data tell no
    /// variation. Source: Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 13.
    ///
    /// @param values `[B]`, one for each problem, in the problems' order; at least one
    static Interval bootstrap(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("A mean of nothing has no interval; there must be a problem at least.");
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] means = new double[RESAMPLES];
        for (int resample = 0; resample < RESAMPLES; resample++) {
            double sum = 0;
            for (int drawn = 0; drawn < values.length; drawn++) {
                sum += values[random.nextInt(values.length)];
            }
            means[resample] = sum / values.length;
        }
        Arrays.sort(means);
        return new Interval(means[TAIL], means[RESAMPLES - 1 - TAIL]);
    }
}
