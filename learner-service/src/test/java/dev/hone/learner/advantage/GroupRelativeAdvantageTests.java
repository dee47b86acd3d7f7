package dev.hone.learner.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.learner.GoldenLosses;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupRelativeAdvantageTests {
    private final GoldenLosses golden = new GoldenLosses();

    @Test
    void agreesWithTheReferenceOnInterleavedGroups() {
        double[] rewards = golden.row("/inputs/rewards");
        double[] groups = golden.row("/inputs/group_ids");
        double[] expected = golden.row("/advantages/grpo_std_eps1e-6_singleton_zero/values");
        for (double group : Arrays.stream(groups).distinct().toArray()) {
            int[] members = IntStream.range(0, groups.length)
                    .filter(i -> groups[i] == group)
                    .toArray();
            double[] advantages = GroupRelativeAdvantage.of(
                    Arrays.stream(members).mapToDouble(i -> rewards[i]).toArray());
            for (int i = 0; i < members.length; i++) {
                assertThat(advantages[i]).isCloseTo(expected[members[i]], within(1e-9));
            }
        }
    }

    @Test
    void givesNothingExactlyWhereAllRewardsAreEqual() {
        double[] rewards = golden.row("/edge_cases/zero_variance_group_of_7_fp32/rewards");
        assertThat(GroupRelativeAdvantage.of(rewards)).containsOnly(0.0);
        assertThat(GroupRelativeAdvantage.isZeroVariance(rewards)).isTrue();
    }

    @Test
    void givesAGroupOfOneNothing() {
        assertThat(GroupRelativeAdvantage.of(new double[] {0.8})).containsExactly(0.0);
    }

    @Test
    void dividesByTheUnbiasedDeviation() {
        // rewards 1 and 0: mean 0.5, deviation sqrt(0.25 + 0.25) = 0.70710678, so 0.5 / 0.70710778
        assertThat(GroupRelativeAdvantage.of(new double[] {1, 0})[0]).isCloseTo(0.7071057811, within(1e-9));
    }
}
