package dev.hone.learner.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.learner.loss.Derivative;
import dev.hone.learner.loss.Sequences;
import dev.hone.learner.loss.TokenLoss;
import dev.hone.learner.loss.TokenStreams;
import dev.hone.policy.Replica;
import dev.hone.policy.TorchProgramException;
import dev.hone.policy.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One update of the weights from one batch. On the CPU the same batch, weights, threads, replicas and budget give the
/// same bits. Belongs to the thread that trains.
public final class UpdateStep {
    private final Replicas replicas;
    private final @Nullable Replicas reference;
    private final AdamW optimizer;
    private final TokenLoss loss;
    private final UpdateSettings settings;
    private final MemoryBudget budget;

    /// @param replicas of the policy that the optimizer moves
    /// @param reference the model that the run began with, for a KL term; null without one
    /// @param budget of memory; what it comes to outlasts this step
    public UpdateStep(
            Replicas replicas,
            @Nullable Replicas reference,
            AdamW optimizer,
            TokenLoss loss,
            UpdateSettings settings,
            MemoryBudget budget) {
        this.replicas = replicas;
        this.reference = reference;
        this.optimizer = optimizer;
        this.loss = loss;
        this.settings = settings;
        this.budget = budget;
    }

    /// Updates the weights. An optimizer step whose loss or gradients are not finite is left out: weights, moments and
    /// step count stay as they are, and the statistics name it.
    ///
    /// @param batch an episode's sequences follow one another; every sequence has targets
    public Update run(List<TrainingSequence> batch) {
        UpdateStatistics statistics = new UpdateStatistics();
        long shrunk = budget.shrunk();
        replicas.load();
        boolean whole = loss.wholeSequences();
        SequenceScores old = settings.onPolicy() ? null : SequenceScores.under(replicas, batch, budget, whole);
        SequenceScores frozen = reference == null ? null : SequenceScores.under(reference, batch, budget, whole);
        SequenceScores fresh = new SequenceScores();
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            for (List<TrainingSequence> mini : MicroBatches.byEpisodes(batch, settings.miniBatches())) {
                Pass pass = new Pass(weightsByEpisode(mini), old, frozen);
                List<Gradient> parts = budget.fitting(() -> accumulate(mini, pass));
                parts.forEach(part -> part.logProbs().forEach(fresh::put));
                optimize(parts, statistics);
            }
        }
        statistics.shrunk(budget.shrunk() - shrunk);
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

    /// What a mini-batch is computed with. Its weights hold the denominators of the whole of it.
    private record Pass(
            Map<Integer, Double> weights,
            @Nullable SequenceScores old,
            @Nullable SequenceScores frozen) {}

    /// What a replica's part of a mini-batch came to, beside its gradients.
    private record Gradient(
            List<UpdateStatistics.MicroBatch> microBatches, Map<List<TrainingSequence>, float[]> logProbs) {}

    /// The gradients of a mini-batch, in the replicas.
    private List<Gradient> accumulate(List<TrainingSequence> mini, Pass pass) {
        replicas.clear();
        List<List<List<TrainingSequence>>> parts = MicroBatches.deal(mini, replicas.count()).stream()
                .map(part -> budget.cut(part, loss.wholeSequences()))
                .toList();
        boolean sparing = budget.checkpointing();
        return replicas.each(parts, (replica, part) -> accumulate(replica, part, pass, sparing));
    }

    /// Reads nothing back before all is under way, so that a GPU is never without work.
    private Gradient accumulate(Replica replica, List<List<TrainingSequence>> part, Pass pass, boolean sparing) {
        try (NDManager results = replica.manager().newSubManager()) {
            List<Supplier<UpdateStatistics.MicroBatch>> pending = new ArrayList<>();
            Map<List<TrainingSequence>, NDArray> logProbs = new IdentityHashMap<>();
            for (List<TrainingSequence> micro : part) {
                try (NDManager step = replica.manager().newSubManager()) {
                    Trace trace = replica.trace(
                            step, micro.stream().map(TrainingSequence::tokens).toList(), sparing);
                    NDArray fresh = trace.logProbs().duplicate();
                    fresh.attach(results);
                    Derivative derivative = TorchProgramException.guard(
                            () -> "the loss of " + fresh.size() + " targets",
                            () -> Derivative.of(loss, fresh, streams(results, micro, pass)));
                    NDArray entropies = replica.backward(results, trace, derivative.gradient());
                    int computed = trace.computedTokens();
                    pending.add(() -> UpdateStatistics.MicroBatch.of(derivative.value(), computed, entropies));
                    logProbs.put(micro, fresh);
                }
            }
            Map<List<TrainingSequence>, float[]> read = new IdentityHashMap<>();
            logProbs.forEach((micro, array) -> read.put(micro, array.toFloatArray()));
            return new Gradient(pending.stream().map(Supplier::get).toList(), read);
        }
    }

    private void optimize(List<Gradient> parts, UpdateStatistics statistics) {
        List<UpdateStatistics.MicroBatch> all =
                parts.stream().flatMap(part -> part.microBatches().stream()).toList();
        double total =
                all.stream().mapToDouble(UpdateStatistics.MicroBatch::loss).sum();
        if (!Double.isFinite(total)) {
            statistics.skipped(UpdateStatistics.Skip.LOSS_NOT_FINITE);
            return;
        }
        double rate = settings.learningRate().at(optimizer.steps() + 1);
        try (NDManager step = replicas.policy().manager().newSubManager()) {
            double norm = optimizer.step(rate, replicas.gradients(step));
            if (!Double.isFinite(norm)) {
                statistics.skipped(UpdateStatistics.Skip.GRADIENT_NOT_FINITE);
                return;
            }
            statistics.optimizerStep(all, norm, rate);
        }
        replicas.load();
    }

    private static TokenStreams streams(NDManager owner, List<TrainingSequence> micro, Pass pass) {
        SequenceScores old = pass.old();
        SequenceScores frozen = pass.frozen();
        float[] behaviour = TokenArrays.join(micro, TrainingSequence::behaviourLogProbs);
        return new TokenStreams(
                owner.create(
                        TokenArrays.repeat(micro, sequence -> pass.weights().getOrDefault(sequence.episode(), 0.0))),
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
}
