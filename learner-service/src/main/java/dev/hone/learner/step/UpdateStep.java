package dev.hone.learner.step;

import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.hone.learner.loss.Sequences;
import dev.hone.learner.loss.TokenLoss;
import dev.hone.learner.loss.TokenStreams;
import dev.hone.policy.DifferentiableScores;
import dev.hone.policy.Policy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One update of the weights from one batch. On the CPU the same batch, weights and thread count give the
/// same bits. Belongs to the thread that trains.
public final class UpdateStep {
    private final Policy policy;
    private final @Nullable Policy reference;
    private final AdamW optimizer;
    private final TokenLoss loss;
    private final UpdateSettings settings;

    /// @param reference the model that the run began with, for a KL term; null without one
    public UpdateStep(
            Policy policy, @Nullable Policy reference, AdamW optimizer, TokenLoss loss, UpdateSettings settings) {
        this.policy = policy;
        this.reference = reference;
        this.optimizer = optimizer;
        this.loss = loss;
        this.settings = settings;
    }

    /// Updates the weights.
    ///
    /// @param batch an episode's sequences follow one another; every sequence has targets
    /// @throws ArithmeticException if gradients are not finite; no further optimizer step is done
    public Update run(List<TrainingSequence> batch) {
        UpdateStatistics statistics = new UpdateStatistics();
        SequenceScores old = settings.onPolicy() ? null : SequenceScores.under(policy, micro(batch));
        SequenceScores frozen = reference == null ? null : SequenceScores.under(reference, micro(batch));
        SequenceScores fresh = new SequenceScores();
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            for (List<TrainingSequence> mini : MicroBatches.byEpisodes(batch, settings.miniBatches())) {
                Map<Integer, Double> weights = weightsByEpisode(mini);
                for (List<TrainingSequence> micro : micro(mini)) {
                    fresh.put(micro, accumulate(micro, weights, old, frozen, statistics));
                }
                double rate = settings.learningRate().at(optimizer.steps() + 1);
                statistics.optimizerStep(optimizer.step(rate), rate);
            }
        }
        SequenceScores before = old == null ? fresh : old;
        batch.stream()
                .filter(sequence -> sequence.behaviourLogProbs().length > 0)
                .forEach(sequence -> statistics.gap(before.of(sequence), sequence.behaviourLogProbs()));
        return new Update(
                statistics,
                batch.stream()
                        .map(sequence -> new Update.TokenRecord(sequence, before.of(sequence), fresh.of(sequence)))
                        .toList());
    }

    /// Adds a micro-batch's gradients to those there are. Its weights hold the denominators of the whole
    /// mini-batch.
    ///
    /// @return the new log-probabilities `[M]`
    private float[] accumulate(
            List<TrainingSequence> micro,
            Map<Integer, Double> weights,
            @Nullable SequenceScores old,
            @Nullable SequenceScores frozen,
            UpdateStatistics statistics) {
        try (NDManager step = policy.manager().newSubManager();
                GradientCollector collector = policy.newGradientCollector()) {
            DifferentiableScores scores = policy.differentiableScores(
                    step, micro.stream().map(TrainingSequence::tokens).toList());
            TokenLoss.Value value = loss.of(scores.logProbs(), streams(step, micro, weights, old, frozen));
            collector.backward(value.loss());
            statistics.microBatch(
                    value, scores.computedTokens(), scores.entropies().toFloatArray());
            return scores.logProbs().toFloatArray();
        }
    }

    private static TokenStreams streams(
            NDManager owner,
            List<TrainingSequence> micro,
            Map<Integer, Double> weights,
            @Nullable SequenceScores old,
            @Nullable SequenceScores frozen) {
        float[] behaviour = TokenArrays.join(micro, TrainingSequence::behaviourLogProbs);
        return new TokenStreams(
                owner.create(TokenArrays.repeat(micro, sequence -> weights.getOrDefault(sequence.episode(), 0.0))),
                new Sequences(TokenArrays.episodes(micro)),
                owner.create(TokenArrays.repeat(micro, TrainingSequence::advantage)),
                old == null ? null : owner.create(old.over(micro)),
                behaviour.length == 0 ? null : owner.create(behaviour),
                frozen == null ? null : owner.create(frozen.over(micro)));
    }

    private Map<Integer, Double> weightsByEpisode(List<TrainingSequence> mini) {
        int[] episodes =
                mini.stream().mapToInt(TrainingSequence::episode).distinct().toArray();
        int[] tokens = Arrays.stream(episodes)
                .map(episode -> mini.stream()
                        .filter(sequence -> sequence.episode() == episode)
                        .mapToInt(TrainingSequence::targets)
                        .sum())
                .toArray();
        double[] weights = settings.aggregation().weights(tokens);
        Map<Integer, Double> byEpisode = new HashMap<>();
        for (int i = 0; i < episodes.length; i++) {
            byEpisode.put(episodes[i], weights[i]);
        }
        return byEpisode;
    }

    private List<List<TrainingSequence>> micro(List<TrainingSequence> batch) {
        return MicroBatches.byTokens(batch, settings.maxTokensPerMicroBatch(), loss.wholeSequences());
    }
}
