package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyMemoryTests {
    @Test
    void fiftyRoundsLeaveNoArrayBehind() throws IOException {
        List<ScoredSequence> sequences = List.of(ScoredSequence.of(new int[] {5, 6, 7, 8, 9}, new int[] {2, 3, 4}, 1));
        try (Policy policy = Golden.policy()) {
            round(policy, sequences);
            int before = policy.manager().getManagedArrays().size();
            int gradientsBefore = policy.parameters().size();
            for (int i = 0; i < 50; i++) {
                round(policy, sequences);
            }
            assertThat(policy.manager().getManagedArrays()).hasSize(before);
            assertThat(before).isLessThan(2 * gradientsBefore);
        }
    }

    private static void round(Policy policy, List<ScoredSequence> sequences) {
        try (NDManager step = policy.manager().newSubManager();
                GradientCollector collector = policy.newGradientCollector()) {
            collector.backward(
                    policy.differentiableScores(step, sequences).logProbs().mean());
            assertThat(step.getManagedArrays()).hasSizeLessThan(10);
        }
        policy.zeroGradients();
        policy.score(sequences);
        policy.publish(1).close();
    }
}
