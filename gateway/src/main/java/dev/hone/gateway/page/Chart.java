package dev.hone.gateway.page;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which metrics a run's page draws, and how they belong together. Their meaning: docs/metrics.md.
enum Chart {
    REWARD(
            "Reward",
            "",
            "rises",
            train("reward/mean", "mean in training"),
            evaluation("reward/mean", "mean in evaluation")),
    ACCURACY(
            "Accuracy",
            "",
            "rises",
            train("accuracy", "training"),
            new Line("accuracy", "eval", "evaluation, with 95 % interval", "accuracy/low", "accuracy/high")),
    HABITS(
            "Bad habits",
            "share of episodes",
            "falls to 0",
            train("habits/missing_print", "missing print"),
            train("habits/early_answer", "early answer"),
            evaluation("habits/missing_print", "missing print, evaluation"),
            evaluation("habits/early_answer", "early answer, evaluation")),
    KL("KL", "nats", "small", train("kl", "to the reference"), train("ppo_kl", "old to new")),
    ENTROPY("Entropy", "nats", "falls slowly, never to 0 at once", train("entropy", "of the policy")),
    GAP(
            "Log-probability gap",
            "nats, training against sampling",
            "mean at most 0.02 in bf16, near 0 in float32",
            train("logprob_gap/mean", "mean"),
            train("logprob_gap/p99", "99th percentile")),
    LENGTH(
            "Response length",
            "sampled tokens an episode",
            "steady",
            train("response_length/mean", "training"),
            evaluation("response_length/mean", "evaluation")),
    THROUGHPUT("Throughput", "tokens a second", "steady", train("throughput/tokens_per_second", "read and sampled")),
    TIME(
            "Time",
            "seconds",
            "whole step ≈ generating + update",
            train("time/step", "whole step"),
            train("time/train", "update"),
            train("time/publish", "publishing"),
            train("time/generate", "an episode's wait for the model"),
            train("time/tool", "an episode's wait for tools"));

    private final String title;
    private final String unit;
    private final String healthy;
    private final List<Line> lines;

    Chart(String title, String unit, String healthy, Line... lines) {
        this.title = title;
        this.unit = unit;
        this.healthy = healthy;
        this.lines = List.of(lines);
    }

    /// A metric of one kind of phase.
    ///
    /// @param purpose `train` or `eval`
    /// @param low metric that is the lower end of its interval; null: it has none
    record Line(
            String metric,
            String purpose,
            String label,
            @Nullable String low,
            @Nullable String high) {}

    private static Line train(String metric, String label) {
        return new Line(metric, "train", label, null, null);
    }

    private static Line evaluation(String metric, String label) {
        return new Line(metric, "eval", label, null, null);
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Chart> of(String key) {
        return Arrays.stream(values()).filter(chart -> chart.key().equals(key)).findFirst();
    }

    public String title() {
        return title;
    }

    public String unit() {
        return unit;
    }

    public String healthy() {
        return healthy;
    }

    public List<Line> lines() {
        return lines;
    }
}
