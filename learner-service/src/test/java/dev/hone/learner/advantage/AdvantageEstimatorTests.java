package dev.hone.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values are tested against other implementations in `golden`.
class AdvantageEstimatorTests {

    static Stream<AdvantageEstimator> estimators() {
        return Stream.of(
                new GroupRelativeAdvantage(1e-6, GroupOfOne.ZERO),
                new MeanCentredAdvantage(GroupOfOne.ZERO),
                new BatchScaledAdvantage(1e-6, GroupOfOne.ZERO),
                new LeaveOneOutAdvantage(GroupOfOne.ZERO),
                new TokenWhitenedAdvantage(new MeanCentredAdvantage(GroupOfOne.ZERO)),
                new BatchNormalisedAdvantage(new RewardAdvantage(), 1e-6));
    }

    @ParameterizedTest
    @MethodSource("estimators")
    void nothingIsLearnedWhereAllRewardsAreEqual(AdvantageEstimator estimator) {
        // 0.7 is not exact in binary: a rounded mean must not leave noise
        double[] rewards = new double[7];
        Arrays.fill(rewards, 0.7);
        assertThat(estimator.of(new RewardedBatch(rewards, new int[7], new int[] {1, 2, 3, 4, 5, 6, 7})))
                .containsOnly(0.0);
    }

    @ParameterizedTest
    @MethodSource("estimators")
    void groupOfOneGetsNothing(AdvantageEstimator estimator) {
        assertThat(estimator.of(new RewardedBatch(new double[] {0.8}, new int[1], new int[] {5})))
                .containsExactly(0.0);
    }

    @Test
    void groupOfOneGetsItsRewardIfAsked() {
        RewardedBatch batch = new RewardedBatch(new double[] {1, 0.8, 0}, new int[] {0, 1, 0}, new int[] {1, 1, 1});
        assertThat(new MeanCentredAdvantage(GroupOfOne.REWARD).of(batch)).containsExactly(0.5, 0.8, -0.5);
        assertThat(new LeaveOneOutAdvantage(GroupOfOne.REWARD).of(batch)).containsExactly(1, 0.8, -1);
    }

    @Test
    void groupRelativeAdvantageDividesByTheUnbiasedDeviation() {
        // rewards 1 and 0: mean 0.5, deviation sqrt(0.25 + 0.25) = 0.70710678, so 0.5 / 0.70710778
        double[] advantages = new GroupRelativeAdvantage(1e-6, GroupOfOne.ZERO)
                .of(new RewardedBatch(new double[] {1, 0}, new int[2], new int[] {1, 1}));
        assertThat(advantages[0]).isCloseTo(0.7071057811, within(1e-9));
        assertThat(advantages[1]).isCloseTo(-0.7071057811, within(1e-9));
    }

    @Test
    void whiteningCountsTokensNotEpisodes() {
        // 3 tokens of reward 1 and 1 of reward 0: mean 0.75, var (3 * 0.0625 + 0.5625) / 3 = 0.25
        double[] advantages = new TokenWhitenedAdvantage(new RewardAdvantage())
                .of(new RewardedBatch(new double[] {1, 0}, new int[] {0, 1}, new int[] {3, 1}));
        assertThat(advantages[0]).isCloseTo(0.5, within(1e-7));
        assertThat(advantages[1]).isCloseTo(-1.5, within(1e-7));
    }

    @Test
    void refusesCountsThatDoNotMatch() {
        assertThatThrownBy(() -> new RewardedBatch(new double[2], new int[1], new int[2]))
                .hasMessageContaining("2 rewards, 1 group numbers and 2 token counts");
    }
}
