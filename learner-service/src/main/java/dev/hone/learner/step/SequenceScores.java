package dev.hone.learner.step;

import dev.hone.policy.Replica;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Log-probabilities of a batch's targets, by sequence.
final class SequenceScores {
    private final IdentityHashMap<TrainingSequence, float[]> scores = new IdentityHashMap<>();

    /// Scores every target under weights that do not move meanwhile.
    ///
    /// @param wholeEpisodes whether an episode's sequences stay together
    static SequenceScores under(
            Replicas model, List<TrainingSequence> batch, MemoryBudget budget, boolean wholeEpisodes) {
        return budget.fitting(() -> {
            List<List<List<TrainingSequence>>> parts = MicroBatches.deal(batch, model.count()).stream()
                    .map(part -> budget.cut(part, wholeEpisodes))
                    .toList();
            SequenceScores scores = new SequenceScores();
            model.each(parts, SequenceScores::scored).forEach(scored -> scored.forEach(scores::put));
            return scores;
        });
    }

    private static Map<List<TrainingSequence>, float[]> scored(Replica replica, List<List<TrainingSequence>> part) {
        Map<List<TrainingSequence>, float[]> scored = new IdentityHashMap<>();
        part.forEach(micro -> scored.put(
                micro,
                replica.score(micro.stream().map(TrainingSequence::tokens).toList())
                        .logProbs()));
        return scored;
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
