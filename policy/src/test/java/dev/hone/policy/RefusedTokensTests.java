package dev.hone.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusedTokensTests {
    private static final String MESSAGE =
            "Sequence 1 holds id 512 at index 2; the model's vocabulary has ids 0 to 511.";

    private final List<ScoredSequence> sequences = List.of(
            ScoredSequence.of(new int[] {0, 511, 3}, new int[] {1, 2}, 1),
            ScoredSequence.of(new int[] {4, 5, 512}, new int[] {2}, 1));

    @Test
    void idsOutsideTheVocabularyAreNeitherScoredNorTrainedOn() throws IOException {
        try (Policy policy = Golden.policy();
                Replica replica = policy.newReplica();
                NDManager step = replica.manager().newSubManager()) {
            assertThatThrownBy(() -> policy.score(sequences))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(MESSAGE);
            assertThatThrownBy(() -> replica.trace(step, sequences, false))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(MESSAGE);
            assertThat(policy.score(sequences.subList(0, 1)).logProbs()).hasSize(2);
        }
    }

    @Test
    void logitsNeedTokensOfTheModelAndAPositionEach() throws IOException {
        try (Policy policy = Golden.policy()) {
            assertThatThrownBy(() -> policy.logits(new int[] {1, -7}, new int[] {0, 1}))
                    .hasMessageStartingWith("The sequence holds id -7 at index 1;");
            assertThatThrownBy(() -> policy.logits(new int[0], new int[0]))
                    .hasMessage("0 tokens with 0 positions: give at least one token, and a position each.");
            assertThatThrownBy(() -> policy.logits(new int[] {1, 2}, new int[] {0}))
                    .hasMessageStartingWith("2 tokens with 1 positions");
        }
    }
}
