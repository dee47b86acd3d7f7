package dev.hone.gateway.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hone.contracts.task.LedgerReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a run came to, or has come to so far. A number that does not exist is null.
///
/// @param steps training steps done
/// @param seconds wall-clock, from the submission to the end or to now
/// @param rewardFirst3 mean of the first three steps' mean rewards (of fewer, if there are fewer)
/// @param rewardLast3 likewise of the last three
/// @param accuracyBefore of the first evaluation; `…After` is of the last one, and null until there are two
/// @param accuracyBeforeCi interval of 95 %, lower end first; `…Ci` likewise of the others
/// @param passK the k of pass@k; null if the evaluations take no samples for it
/// @param episodesIssued samples, each counted once whatever its attempts, of training and evaluation
/// @param episodesJudged samples with a verdict
/// @param episodesGivenUp samples that end without one
record RunSummary(
        @JsonProperty("steps") int steps,
        @JsonProperty("seconds") double seconds,
        @JsonProperty("reward_first3") @Nullable Double rewardFirst3,
        @JsonProperty("reward_last3") @Nullable Double rewardLast3,
        @JsonProperty("accuracy_before") @Nullable Double accuracyBefore,
        @JsonProperty("accuracy_after") @Nullable Double accuracyAfter,
        @JsonProperty("accuracy_before_ci") @Nullable List<Double> accuracyBeforeCi,
        @JsonProperty("accuracy_after_ci") @Nullable List<Double> accuracyAfterCi,
        @JsonProperty("pass_k") @Nullable Integer passK,
        @JsonProperty("pass_at_k_before") @Nullable Double passAtKBefore,
        @JsonProperty("pass_at_k_after") @Nullable Double passAtKAfter,
        @JsonProperty("pass_at_k_before_ci") @Nullable List<Double> passAtKBeforeCi,
        @JsonProperty("pass_at_k_after_ci") @Nullable List<Double> passAtKAfterCi,
        @JsonProperty("missing_print_before") @Nullable Double missingPrintBefore,
        @JsonProperty("missing_print_after") @Nullable Double missingPrintAfter,
        @JsonProperty("early_answer_before") @Nullable Double earlyAnswerBefore,
        @JsonProperty("early_answer_after") @Nullable Double earlyAnswerAfter,
        @JsonProperty("episodes_issued") @Nullable Long episodesIssued,
        @JsonProperty("episodes_judged") @Nullable Long episodesJudged,
        @JsonProperty("episodes_given_up") @Nullable Long episodesGivenUp) {

    private static final int WINDOW = 3;
    private static final String REWARD = "reward/mean";
    private static final String ACCURACY = "accuracy";
    private static final String MISSING_PRINT = "habits/missing_print";
    private static final String EARLY_ANSWER = "habits/early_answer";

    /// @param passK the k of pass@k; 0 for none
    static RunSummary of(
            Instant submitted,
            @Nullable Instant ended,
            Instant now,
            List<StepRow> curve,
            int passK,
            Optional<LedgerReport> ledger) {
        List<StepRow> training = curve.stream().filter(StepRow::training).toList();
        List<StepRow> evaluations =
                curve.stream().filter(row -> !row.training()).toList();
        StepRow before = evaluations.isEmpty() ? null : evaluations.getFirst();
        StepRow after = evaluations.size() < 2 ? null : evaluations.getLast();
        String pass = "pass@" + passK;
        return new RunSummary(
                training.size(),
                Duration.between(submitted, ended == null ? now : ended).toMillis() / 1000.0,
                meanReward(training.stream().limit(WINDOW)),
                meanReward(training.stream().skip(Math.max(0, training.size() - WINDOW))),
                metric(before, ACCURACY),
                metric(after, ACCURACY),
                interval(before, ACCURACY),
                interval(after, ACCURACY),
                passK == 0 ? null : passK,
                metric(before, pass),
                metric(after, pass),
                interval(before, pass),
                interval(after, pass),
                metric(before, MISSING_PRINT),
                metric(after, MISSING_PRINT),
                metric(before, EARLY_ANSWER),
                metric(after, EARLY_ANSWER),
                sum(ledger, LedgerReport.Counts::samples),
                sum(ledger, LedgerReport.Counts::judged),
                sum(ledger, LedgerReport.Counts::givenUp));
    }

    private static @Nullable Double meanReward(Stream<StepRow> rows) {
        double[] rewards = rows.filter(row -> row.metrics().containsKey(REWARD))
                .mapToDouble(row -> row.metrics().getOrDefault(REWARD, Double.NaN))
                .toArray();
        return rewards.length == 0 ? null : java.util.Arrays.stream(rewards).sum() / rewards.length;
    }

    private static @Nullable Double metric(@Nullable StepRow row, String name) {
        return row == null ? null : row.metrics().get(name);
    }

    private static @Nullable List<Double> interval(@Nullable StepRow row, String name) {
        Double low = metric(row, name + "/low");
        Double high = metric(row, name + "/high");
        return low == null || high == null ? null : List.of(low, high);
    }

    private static @Nullable Long sum(Optional<LedgerReport> ledger, ToLongFunction<LedgerReport.Counts> count) {
        return ledger.isEmpty()
                ? null
                : count.applyAsLong(ledger.get().train())
                        + count.applyAsLong(ledger.get().eval());
    }
}
