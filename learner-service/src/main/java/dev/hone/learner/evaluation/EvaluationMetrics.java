package dev.hone.learner.evaluation;

import dev.hone.contracts.run.RunConfig;
import dev.hone.learner.batch.PhaseMetrics;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// What an evaluation says, under the names of docs/metrics.md. Of each problem the first `rollout.val_num_repeat`
/// samples are the evaluation's own: accuracy, habits and rewards are theirs. The `trainer_common.val_pass_n` behind
/// them, at a temperature of their own, are for pass@k. What it all cost counts both.
public final class EvaluationMetrics {
    /// Beginnings of the names of what counts every sample.
    private static final List<String> COSTS = List.of("episodes/", "tokens/", "time/");

    private EvaluationMetrics() {}

    /// A sample that was given up is wrong, and has no reward.
    ///
    /// @param policyVersion of the weights that were evaluated
    public static Map<String, Double> of(CompletePhase phase, int policyVersion, RunConfig config) {
        int ownSamples = config.rollout().valNumRepeat();
        CompletePhase own = own(phase, ownSamples);
        Map<String, Double> metrics = new TreeMap<>(PhaseMetrics.of(own, policyVersion));
        PhaseMetrics.of(phase, policyVersion).forEach((name, value) -> {
            if (COSTS.stream().anyMatch(name::startsWith)) {
                metrics.put(name, value);
            }
        });
        if (phase.groups().isEmpty()) {
            return metrics;
        }
        metrics.put("groups/evaluated", (double) phase.groups().size());
        interval(metrics, "accuracy", accuracy(own, ownSamples));
        double[] rewards = rewards(own);
        if (rewards.length > 0) {
            interval(metrics, "reward/mean", Interval.bootstrap(rewards));
        }
        if (config.trainerCommon().valPassN() > 0) {
            pass(metrics, phase, config, 1);
            pass(metrics, phase, config, config.trainerCommon().passK());
        }
        return metrics;
    }

    private static CompletePhase own(CompletePhase phase, int samples) {
        List<List<JudgedEpisode>> groups = phase.groups().stream()
                .map(group -> group.stream()
                        .filter(episode -> episode.key().sample() < samples)
                        .toList())
                .toList();
        int judged = groups.stream().mapToInt(List::size).sum();
        return new CompletePhase(phase.phase(), groups, groups.size() * samples - judged);
    }

    /// Of one sample a problem, Wilson's; of more, which depend on one another, the bootstrap's.
    private static Interval accuracy(CompletePhase own, int samples) {
        int[] solved = own.groups().stream()
                .mapToInt(group -> solved(group, episode -> true))
                .toArray();
        return samples == 1
                ? Interval.wilson(IntStream.of(solved).sum(), solved.length)
                : Interval.bootstrap(IntStream.of(solved)
                        .mapToDouble(s -> (double) s / samples)
                        .toArray());
    }

    private static void pass(Map<String, Double> metrics, CompletePhase phase, RunConfig config, int k) {
        int own = config.rollout().valNumRepeat();
        int n = config.trainerCommon().valPassN();
        double[] estimates = phase.groups().stream()
                .mapToDouble(group ->
                        PassAtK.of(n, solved(group, episode -> episode.key().sample() >= own), k))
                .toArray();
        String name = "pass@" + k;
        metrics.put(name, DoubleStream.of(estimates).average().orElseThrow());
        interval(metrics, name, Interval.bootstrap(estimates));
    }

    private static int solved(List<JudgedEpisode> group, Predicate<JudgedEpisode> which) {
        return (int) group.stream().filter(which).filter(JudgedEpisode::success).count();
    }

    /// Mean reward of each problem that has one.
    private static double[] rewards(CompletePhase own) {
        return own.groups().stream()
                .filter(group -> !group.isEmpty())
                .mapToDouble(group -> group.stream()
                        .mapToDouble(JudgedEpisode::reward)
                        .average()
                        .orElseThrow())
                .toArray();
    }

    private static void interval(Map<String, Double> metrics, String name, Interval interval) {
        metrics.put(name + "/low", interval.low());
        metrics.put(name + "/high", interval.high());
    }
}
