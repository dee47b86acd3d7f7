package dev.hone.learner.batch;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.learner.advantage.RewardedBatch;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// What a phase's episodes say, under the names of docs/metrics.md.
public final class PhaseMetrics {
    private PhaseMetrics() {}

    /// Accuracy and habits are shares of the episodes issued: one that was given up solved nothing. Other
    /// means are over the judged ones; what does not exist is left out. Groups that were replaced count in
    /// all of it, so that dynamic sampling does not make the policy look better or worse than it is.
    ///
    /// @param policyVersion of the weights before the update
    public static Map<String, Double> of(CompletePhase phase, int policyVersion) {
        Map<String, Double> metrics = new TreeMap<>();
        List<JudgedEpisode> episodes = phase.episodes();
        int issued = episodes.size() + phase.givenUp();
        metrics.put("episodes/issued", (double) issued);
        metrics.put("episodes/judged", (double) episodes.size());
        metrics.put("episodes/given_up", (double) phase.givenUp());
        if (issued > 0) {
            metrics.put("accuracy", share(episodes, JudgedEpisode::success, issued));
            metrics.put("habits/missing_print", share(episodes, habit(Verdict.MISSING_PRINT), issued));
            metrics.put("habits/early_answer", share(episodes, habit(Verdict.EARLY_ANSWER), issued));
        }
        if (episodes.isEmpty()) {
            return metrics;
        }
        rewards(metrics, episodes);
        metrics.put(
                "groups/zero_variance_fraction",
                phase.sampled().stream()
                                .filter(group -> RewardedBatch.isZeroVariance(group.stream()
                                        .mapToDouble(JudgedEpisode::reward)
                                        .toArray()))
                                .count()
                        / (double) phase.sampled().size());
        double variance = groupVariance(phase);
        if (Double.isFinite(variance)) {
            metrics.put("groups/reward_variance", variance);
        }
        if (phase.phase().purpose() == Purpose.TRAIN) {
            metrics.put("groups/replaced", (double) phase.replaced().size());
            metrics.put(
                    "groups/replaced_fraction",
                    phase.replaced().size() / (double) phase.sampled().size());
        }
        metrics.put(
                "groups/of_one_fraction",
                phase.sampled().stream().filter(group -> group.size() == 1).count()
                        / (double) phase.sampled().size());
        metrics.put("tokens/prompt", sum(episodes, usage -> usage.promptTokens()));
        metrics.put("tokens/sampled", sum(episodes, usage -> usage.sampledTokens()));
        metrics.put(
                "response_length/mean",
                mean(episodes, episode -> episode.usage().sampledTokens()));
        metrics.put("turns/mean", mean(episodes, episode -> episode.usage().turns()));
        metrics.put("tool_calls/mean", mean(episodes, episode -> episode.usage().toolCalls()));
        metrics.put("tool_calls/malformed", mean(episodes, JudgedEpisode::malformedCalls));
        metrics.put("time/generate", mean(episodes, episode -> episode.usage().generateMillis() / 1000.0));
        metrics.put("time/tool", mean(episodes, episode -> episode.usage().toolMillis() / 1000.0));
        staleness(metrics, episodes, policyVersion);
        return metrics;
    }

    private static void rewards(Map<String, Double> metrics, List<JudgedEpisode> episodes) {
        metrics.put("reward/mean", mean(episodes, JudgedEpisode::reward));
        metrics.put("reward/std", Math.sqrt(variance(episodes)));
        double[] sorted =
                episodes.stream().mapToDouble(JudgedEpisode::reward).sorted().toArray();
        for (int percent : new int[] {10, 50, 90}) {
            metrics.put("reward/p" + percent, sorted[rank(percent, sorted.length)]);
        }
        metrics.put("reward/min", sorted[0]);
        metrics.put("reward/max", sorted[sorted.length - 1]);
    }

    /// Of the rewards, with n - 1; of one it is 0.
    private static double variance(List<JudgedEpisode> episodes) {
        double mean = mean(episodes, JudgedEpisode::reward);
        double squares = episodes.stream()
                .mapToDouble(e -> Math.pow(e.reward() - mean, 2))
                .sum();
        return squares / Math.max(1, episodes.size() - 1);
    }

    /// Index of a percentile by nearest rank: the least value that at least so many percent of them do not exceed.
    private static int rank(int percent, int count) {
        return Math.max(0, (percent * count + 99) / 100 - 1);
    }

    /// Mean over groups of the variance of their rewards; a group of one has none.
    private static double groupVariance(CompletePhase phase) {
        return phase.sampled().stream()
                .filter(group -> group.size() > 1)
                .mapToDouble(PhaseMetrics::variance)
                .average()
                .orElse(Double.NaN);
    }

    private static Predicate<JudgedEpisode> habit(String name) {
        return episode -> episode.habits().getOrDefault(name, false);
    }

    private static double share(List<JudgedEpisode> episodes, Predicate<JudgedEpisode> of, int issued) {
        return (double) episodes.stream().filter(of).count() / issued;
    }

    /// Versions that the sampled tokens are behind, token by token.
    private static void staleness(Map<String, Double> metrics, List<JudgedEpisode> episodes, int policyVersion) {
        IntSummaryStatistics behind = episodes.stream()
                .flatMapToInt(StalenessBound::versions)
                .map(version -> policyVersion - version)
                .summaryStatistics();
        if (behind.getCount() > 0) {
            metrics.put("staleness/mean", behind.getAverage());
            metrics.put("staleness/max", (double) behind.getMax());
        }
    }

    private static double mean(List<JudgedEpisode> episodes, ToDoubleFunction<JudgedEpisode> value) {
        return episodes.stream().mapToDouble(value).sum() / episodes.size();
    }

    private static double sum(List<JudgedEpisode> episodes, ToDoubleFunction<EpisodeFinished.Usage> value) {
        return episodes.stream().map(JudgedEpisode::usage).mapToDouble(value).sum();
    }
}
