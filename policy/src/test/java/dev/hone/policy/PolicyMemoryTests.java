package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyMemoryTests {
    @Test
    void fiftyRoundsLeaveNoArrayBehind() throws IOException {
        List<ScoredSequence> sequences = List.of(ScoredSequence.of(new int[] {5, 6, 7, 8, 9}, new int[] {2, 3, 4}, 1));
        try (Policy policy = Golden.policy();
                Replica replica = policy.newReplica()) {
            round(policy, replica, sequences);
            int before = policy.manager().getManagedArrays().size();
            int ofReplica = managed(replica);
            for (int i = 0; i < 50; i++) {
                round(policy, replica, sequences);
            }
            assertThat(policy.manager().getManagedArrays()).hasSize(before);
            assertThat(managed(replica)).isEqualTo(ofReplica);
            assertThat(before).isLessThan(2 * policy.parameters().size());
        }
    }

    private static int managed(Replica replica) {
        return replica.manager().getManagedArrays().size();
    }

    private static void round(Policy policy, Replica replica, List<ScoredSequence> sequences) {
        replica.load();
        Golden.backward(replica, sequences, false);
        try (NDManager step = replica.manager().newSubManager()) {
            policy.gradients(step, List.of(replica));
        }
        replica.clear();
        policy.score(sequences);
        policy.publish(1).close();
    }
}
