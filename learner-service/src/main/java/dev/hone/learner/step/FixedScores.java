package dev.hone.learner.step;

import dev.hone.policy.Policy;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/// Log-probabilities of a batch under weights that do not move while it is trained on.
final class FixedScores {
    private final IdentityHashMap<TrainingSequence, float[]> scores = new IdentityHashMap<>();

    /// Scores every target, without gradients.
    FixedScores(Policy model, List<List<TrainingSequence>> microBatches) {
        for (List<TrainingSequence> micro : microBatches) {
            float[] joined = model.score(
                            micro.stream().map(TrainingSequence::tokens).toList())
                    .logProbs();
            int from = 0;
            for (TrainingSequence sequence : micro) {
                scores.put(sequence, Arrays.copyOfRange(joined, from, from + sequence.targets()));
                from += sequence.targets();
            }
        }
    }

    /// The sequences' scores, one after another.
    float[] over(List<TrainingSequence> sequences) {
        return TokenArrays.join(sequences, sequence -> Objects.requireNonNull(scores.get(sequence), "unscored"));
    }
}
