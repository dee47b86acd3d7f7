package dev.hone.learner.batch;

import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.run.TrainerConfig.AlgorithmConfig;
import dev.hone.learner.advantage.AdvantageEstimator;
import dev.hone.learner.advantage.RewardedBatch;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.policy.ScoredSequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// What a phase's update is made of, in order: by group, sample and timeline.
///
/// @param sequences one for each timeline that has sampled tokens
/// @param trained the episodes that they belong to
/// @param skipped judged episodes left out, with reasons
/// @param versions what sampled the tokens of the episodes that are trained on; empty if there are none
public record TrainingBatch(
        List<TrainingSequence> sequences,
        List<TrainedEpisode> trained,
        List<StepCompleted.Skipped> skipped,
        Optional<TokenVersions> versions) {

    private static final String ZERO_VARIANCE = "zero-variance";
    private static final String GROUP_TOO_SMALL = "group-too-small";
    private static final String NO_SAMPLED_TOKENS = "no-sampled-tokens";

    public TrainingBatch {
        sequences = List.copyOf(sequences);
        trained = List.copyOf(trained);
        skipped = List.copyOf(skipped);
    }

    /// How many groups are trained on.
    public long groups() {
        return trained.stream()
                .map(episode -> episode.key().groupId())
                .distinct()
                .count();
    }

    /// Chooses and weighs a phase's episodes. An episode with a token beyond the staleness bound is left out before
    /// anything else, as if its sample had been given up. Advantages are over all remaining members of the groups
    /// that are chosen, those without sampled tokens included.
    ///
    /// @param temperature that the episodes were sampled with
    public static TrainingBatch of(
            CompletePhase phase,
            AlgorithmConfig config,
            AdvantageEstimator estimator,
            double temperature,
            StalenessBound bound) {
        List<StepCompleted.Skipped> skipped = new ArrayList<>();
        List<JudgedEpisode> chosen = new ArrayList<>();
        List<Integer> groups = new ArrayList<>();
        for (List<JudgedEpisode> judged : phase.groups()) {
            List<JudgedEpisode> group = withinBound(judged, bound, skipped);
            String reason = reasonToSkip(group, config);
            if (reason.isEmpty()) {
                chosen.addAll(group);
                groups.addAll(Collections.nCopies(group.size(), groups.size()));
            } else {
                group.forEach(episode -> skipped.add(new StepCompleted.Skipped(episode.key(), reason)));
            }
        }
        phase.replaced().stream()
                .flatMap(List::stream)
                .forEach(episode -> skipped.add(new StepCompleted.Skipped(episode.key(), ZERO_VARIANCE)));
        double[] advantages = estimator.of(new RewardedBatch(
                chosen.stream().mapToDouble(JudgedEpisode::reward).toArray(),
                groups.stream().mapToInt(Integer::intValue).toArray(),
                chosen.stream()
                        .mapToInt(episode -> episode.trajectory().lossTokens())
                        .toArray()));
        List<TrainingSequence> sequences = new ArrayList<>();
        List<TrainedEpisode> trained = new ArrayList<>();
        List<JudgedEpisode> members = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            JudgedEpisode episode = chosen.get(i);
            List<TrainingSequence> timelines = sequences(trained.size(), episode, advantages[i], (float) temperature);
            if (timelines.isEmpty()) {
                skipped.add(new StepCompleted.Skipped(episode.key(), NO_SAMPLED_TOKENS));
            } else {
                sequences.addAll(timelines);
                trained.add(new TrainedEpisode(episode.key(), advantages[i]));
                members.add(episode);
            }
        }
        return new TrainingBatch(sequences, trained, skipped, bound.span(members));
    }

    private static List<JudgedEpisode> withinBound(
            List<JudgedEpisode> group, StalenessBound bound, List<StepCompleted.Skipped> skipped) {
        List<JudgedEpisode> within = new ArrayList<>();
        for (JudgedEpisode episode : group) {
            bound.violation(episode)
                    .ifPresentOrElse(
                            reason -> skipped.add(new StepCompleted.Skipped(episode.key(), reason)),
                            () -> within.add(episode));
        }
        return within;
    }

    /// How many episodes are left out for this reason.
    public long skipped(String reason) {
        return skipped.stream().filter(left -> left.reason().equals(reason)).count();
    }

    /// Why a group is left out; empty if it is not. A sample alone whose advantage is its reward is no group
    /// without variance.
    private static String reasonToSkip(List<JudgedEpisode> group, AlgorithmConfig config) {
        if (group.size() < config.minGroupSize()) {
            return GROUP_TOO_SMALL;
        }
        boolean comparable = group.size() > 1 || config.groupOfOne().equals("zero");
        return config.skipZeroVarianceGroups()
                        && comparable
                        && RewardedBatch.isZeroVariance(group.stream()
                                .mapToDouble(JudgedEpisode::reward)
                                .toArray())
                ? ZERO_VARIANCE
                : "";
    }

    /// An episode's timelines with those of their tokens that the policy sampled.
    public static List<TrainingSequence> sequences(
            int episodeIndex, JudgedEpisode episode, double advantage, float temperature) {
        List<TrainingSequence> sequences = new ArrayList<>();
        List<Timeline> timelines = episode.trajectory().timelines();
        for (int index = 0; index < timelines.size(); index++) {
            Timeline timeline = timelines.get(index);
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
                    episodeIndex,
                    index,
                    ScoredSequence.of(timeline.tokenIds(), targets, temperature),
                    behaviour,
                    advantage));
        }
        return sequences;
    }
}
