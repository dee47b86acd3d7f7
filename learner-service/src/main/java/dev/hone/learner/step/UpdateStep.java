package dev.hone.learner.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.hone.learner.loss.TokenLoss;
import dev.hone.learner.loss.TokenStreams;
import dev.hone.policy.DifferentiableScores;
import dev.hone.policy.Policy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One update of the weights from one batch. On the CPU the same batch, weights and thread count give the same bits.
/// Belongs to the thread that trains.
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

    /// A micro-batch's streams as Java values, each `[M]` over its targets.
    private record Streams(
            float[] weights,
            float[] advantages,
            float[] behaviour,
            float @Nullable [] old,
            float @Nullable [] reference) {}

    /// Updates the weights.
    ///
    /// @param batch an episode's sequences follow one another; every sequence has targets
    /// @throws ArithmeticException if gradients are not finite; no further optimizer step is done
    public UpdateStatistics run(List<TrainingSequence> batch) {
        UpdateStatistics statistics = new UpdateStatistics();
        FixedScores old = settings.onPolicy() ? null : new FixedScores(policy, micro(batch));
        FixedScores frozen = reference == null ? null : new FixedScores(reference, micro(batch));
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            for (List<TrainingSequence> mini : MicroBatches.byEpisodes(batch, settings.miniBatches())) {
                Map<Integer, Double> weights = weightsByEpisode(mini);
                for (List<TrainingSequence> micro : micro(mini)) {
                    accumulate(micro, streams(micro, weights, old, frozen), epoch == 0, statistics);
                }
                double rate = settings.learningRate().at(optimizer.steps() + 1);
                statistics.optimizerStep(optimizer.step(rate), rate);
            }
        }
        return statistics;
    }

    /// Adds a micro-batch's gradients to those there are. Its weights hold the denominators of the whole mini-batch.
    private void accumulate(
            List<TrainingSequence> micro, Streams streams, boolean firstPass, UpdateStatistics statistics) {
        try (NDManager step = policy.manager().newSubManager();
                GradientCollector collector = policy.newGradientCollector()) {
            DifferentiableScores scores = policy.differentiableScores(
                    step, micro.stream().map(TrainingSequence::tokens).toList());
            NDArray value = loss.of(
                    scores.logProbs(),
                    new TokenStreams(
                            step.create(streams.weights()),
                            step.create(streams.advantages()),
                            array(step, streams.old()),
                            array(step, streams.reference())));
            collector.backward(value);
            float[] fresh = scores.logProbs().toFloatArray();
            statistics.microBatch(
                    value.getFloat(),
                    scores.computedTokens(),
                    scores.entropies().toFloatArray(),
                    fresh);
            statistics.policyLoss(loss, fresh, streams.old(), streams.advantages());
            statistics.reference(loss, fresh, streams.reference(), streams.weights());
            if (firstPass && streams.behaviour().length == fresh.length) {
                statistics.gap(streams.old() == null ? fresh : streams.old(), streams.behaviour());
            }
        }
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

    private Streams streams(
            List<TrainingSequence> micro,
            Map<Integer, Double> weights,
            @Nullable FixedScores old,
            @Nullable FixedScores frozen) {
        return new Streams(
                TokenArrays.repeat(micro, sequence -> weights.getOrDefault(sequence.episode(), 0.0)),
                TokenArrays.repeat(micro, TrainingSequence::advantage),
                TokenArrays.join(micro, TrainingSequence::behaviourLogProbs),
                old == null ? null : old.over(micro),
                frozen == null ? null : frozen.over(micro));
    }

    private List<List<TrainingSequence>> micro(List<TrainingSequence> batch) {
        return MicroBatches.byTokens(batch, TrainingSequence::length, settings.maxTokensPerMicroBatch());
    }

    private static @Nullable NDArray array(NDManager owner, float @Nullable [] values) {
        return values == null ? null : owner.create(values);
    }
}
