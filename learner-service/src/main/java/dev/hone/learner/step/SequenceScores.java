package dev.hone.learner.step;

import dev.hone.policy.Policy;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/// Log-probabilities of a batch's targets, by sequence.
final class SequenceScores {
    private final IdentityHashMap<TrainingSequence, float[]> scores = new IdentityHashMap<>();

    /// Scores every target under weights that do not move meanwhile, without gradients.
    static SequenceScores under(Policy model, List<List<TrainingSequence>> microBatches) {
        SequenceScores scores = new SequenceScores();
        for (List<TrainingSequence> micro : microBatches) {
            scores.put(
                    micro,
                    model.score(micro.stream().map(TrainingSequence::tokens).toList())
                            .logProbs());
        }
        return scores;
    }

    /// Keeps the scores of sequences, one after another; what was there of them is replaced.
    void put(List<TrainingSequence> sequences, float[] joined) {
        int from = 0;
        for (TrainingSequence sequence : sequences) {
            scores.put(sequence, Arrays.copyOfRange(joined, from, from + sequence.targets()));
            from += sequence.targets();
        }
    }

    /// A sequence's scores.
    float[] of(TrainingSequence sequence) {
        return Objects.requireNonNull(scores.get(sequence), "unscored");
    }

    /// The sequences' scores, one after another.
    float[] over(List<TrainingSequence> sequences) {
        return TokenArrays.join(sequences, this::of);
    }
}
