package dev.hone.learner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTests {

    /// Newcombe 1998, *Two-sided confidence intervals for the single proportion*, table I, method 3: four digits.
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662",
        "15, 148, 0.0624, 0.1605",
        "0, 20, 0.0000, 0.1611",
        "1, 29, 0.0061, 0.1718",
        "20, 20, 0.8389, 1.0000", // 0 of 20 the other way round
    })
    void wilsonsIntervalIsThePublishedOne(int successes, int trials, double low, double high) {
        Interval interval = Interval.wilson(successes, trials);
        assertThat(interval.low()).isCloseTo(low, within(5e-5));
        assertThat(interval.high()).isCloseTo(high, within(5e-5));
    }

    @Test
    void bootstrapOfManyProblemsIsNearTheNormalInterval() {
        // 30 % of 1000 are 1: the mean's standard deviation is √(0.3 · 0.7 / 1000), 1.96 of them to either side. A
        // quantile of 2000 resamples strays by about 0.06 of one: 0.003 is more than three times that.
        double[] values =
                IntStream.range(0, 1000).mapToDouble(i -> i % 10 < 3 ? 1 : 0).toArray();
        double reach = 1.96 * Math.sqrt(0.3 * 0.7 / 1000);
        Interval interval = Interval.bootstrap(values);
        assertThat(interval.low()).isCloseTo(0.3 - reach, within(0.003));
        assertThat(interval.high()).isCloseTo(0.3 + reach, within(0.003));
        assertThat(Interval.bootstrap(values)).isEqualTo(interval);
    }

    @Test
    void bootstrapOfTwoProblemsReachesFromOneToTheOther() {
        // a mean of 0 and one of 1 have a quarter of the weight each
        assertThat(Interval.bootstrap(new double[] {0, 1})).isEqualTo(new Interval(0, 1));
    }

    @Test
    void bootstrapOfEqualValuesIsThatValue() {
        double[] values = new double[50];
        Arrays.fill(values, 0.75);
        assertThat(Interval.bootstrap(values)).isEqualTo(new Interval(0.75, 0.75));
    }

    @Test
    void nothingHasNoInterval() {
        assertThatIllegalArgumentException().isThrownBy(() -> Interval.wilson(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Interval.bootstrap(new double[0]));
    }
}
