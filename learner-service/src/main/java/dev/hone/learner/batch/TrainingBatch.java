package dev.hone.learner.batch;

import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.run.TrainerConfig;
import dev.hone.learner.advantage.GroupRelativeAdvantage;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.policy.ScoredSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What a phase's update is made of, in order: by group, sample and timeline.
///
/// @param sequences one for each timeline that has sampled tokens
/// @param trained the episodes that they belong to
/// @param skipped judged episodes left out, with reasons
public record TrainingBatch(
        List<TrainingSequence> sequences, List<TrainedEpisode> trained, List<StepCompleted.Skipped> skipped) {

    private static final String ZERO_VARIANCE = "zero-variance";
    private static final String GROUP_TOO_SMALL = "group-too-small";
    private static final String NO_SAMPLED_TOKENS = "no-sampled-tokens";

    public TrainingBatch {
        sequences = List.copyOf(sequences);
        trained = List.copyOf(trained);
        skipped = List.copyOf(skipped);
    }

    /// Chooses and weighs a phase's episodes.
    ///
    /// @param temperature that the episodes were sampled with
    public static TrainingBatch of(CompletePhase phase, TrainerConfig.AlgorithmConfig algorithm, double temperature) {
        List<TrainingSequence> sequences = new ArrayList<>();
        List<TrainedEpisode> trained = new ArrayList<>();
        List<StepCompleted.Skipped> skipped = new ArrayList<>();
        for (List<JudgedEpisode> group : phase.groups()) {
            double[] rewards = group.stream().mapToDouble(JudgedEpisode::reward).toArray();
            double[] advantages = GroupRelativeAdvantage.of(rewards);
            boolean level = GroupRelativeAdvantage.isZeroVariance(rewards);
            for (int i = 0; i < group.size(); i++) {
                JudgedEpisode episode = group.get(i);
                if (group.size() < algorithm.minGroupSize()) {
                    skipped.add(new StepCompleted.Skipped(episode.key(), GROUP_TOO_SMALL));
                } else if (level && algorithm.skipZeroVarianceGroups()) {
                    skipped.add(new StepCompleted.Skipped(episode.key(), ZERO_VARIANCE));
                } else if (episode.trajectory().lossTokens() == 0) {
                    skipped.add(new StepCompleted.Skipped(episode.key(), NO_SAMPLED_TOKENS));
                } else {
                    sequences.addAll(sequences(trained.size(), episode, advantages[i], (float) temperature));
                    trained.add(new TrainedEpisode(episode.key(), advantages[i]));
                }
            }
        }
        return new TrainingBatch(sequences, trained, skipped);
    }

    /// An episode's timelines with those of their tokens that the policy sampled.
    public static List<TrainingSequence> sequences(
            int index, JudgedEpisode episode, double advantage, float temperature) {
        List<TrainingSequence> sequences = new ArrayList<>();
        for (Timeline timeline : episode.trajectory().timelines()) {
            int[] targets = IntStream.range(1, timeline.tokenIds().length)
                    .filter(timeline::inLoss)
                    .toArray();
            if (targets.length == 0) {
                continue;
            }
            float[] behaviour = new float[targets.length];
            for (int t = 0; t < targets.length; t++) {
                behaviour[t] = timeline.logProbs()[targets[t]];
            }
            sequences.add(new TrainingSequence(
                    index, ScoredSequence.of(timeline.tokenIds(), targets, temperature), behaviour, advantage));
        }
        return sequences;
    }
}
