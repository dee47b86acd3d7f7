package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.task.LedgerReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunSummaryTests {

    private static final Instant START = Instant.ofEpochSecond(100);

    private static StepRow train(int step, double reward, long at) {
        return new StepRow("train", step, step, Map.of("reward/mean", reward), 4, 0, 0, Instant.ofEpochSecond(at));
    }

    private static StepRow eval(int step, double accuracy, double habit, long at) {
        return new StepRow(
                "eval",
                step,
                step,
                Map.of(
                        "accuracy",
                        accuracy,
                        "accuracy/low",
                        accuracy - 0.25,
                        "accuracy/high",
                        accuracy + 0.0625,
                        "pass@4",
                        accuracy / 2,
                        "pass@4/low",
                        accuracy / 4,
                        "pass@4/high",
                        accuracy,
                        "habits/missing_print",
                        habit,
                        "habits/early_answer",
                        habit / 2),
                0,
                10,
                0,
                Instant.ofEpochSecond(at));
    }

    private static final List<StepRow> CURVE = List.of(
            eval(0, 0.5, 0.4, 110),
            train(1, 0.1, 120),
            train(2, 0.2, 130),
            train(3, 0.3, 140),
            train(4, 0.7, 150),
            eval(4, 0.9, 0.02, 160));

    @Test
    void comparesTheFirstWithTheLast() {
        LedgerReport.Counts train = new LedgerReport.Counts(64, 66, 0, 63, 1, 60, 0, 3, 2, Map.of());
        LedgerReport.Counts eval = new LedgerReport.Counts(20, 20, 0, 20, 0, 0, 20, 0, 0, Map.of());
        RunSummary summary = RunSummary.of(
                START,
                Instant.ofEpochSecond(161),
                Instant.ofEpochSecond(999),
                CURVE,
                4,
                Optional.of(new LedgerReport(new RunId("r"), RunState.COMPLETED, null, train, eval)));
        assertThat(summary.steps()).isEqualTo(4);
        assertThat(summary.seconds()).isEqualTo(61);
        assertThat(summary.rewardFirst3()).isEqualTo(0.2, within(1e-12)); // (0.1 + 0.2 + 0.3) / 3
        assertThat(summary.rewardLast3()).isEqualTo(0.4, within(1e-12)); // (0.2 + 0.3 + 0.7) / 3
        assertThat(summary.accuracyBefore()).isEqualTo(0.5);
        assertThat(summary.accuracyAfter()).isEqualTo(0.9);
        assertThat(summary.accuracyBeforeCi()).containsExactly(0.25, 0.5625);
        assertThat(summary.accuracyAfterCi()).containsExactly(0.9 - 0.25, 0.9 + 0.0625);
        assertThat(summary.passK()).isEqualTo(4);
        assertThat(summary.passAtKBefore()).isEqualTo(0.25);
        assertThat(summary.passAtKAfter()).isEqualTo(0.45);
        assertThat(summary.passAtKBeforeCi()).containsExactly(0.125, 0.5);
        assertThat(summary.passAtKAfterCi()).containsExactly(0.225, 0.9);
        assertThat(summary.missingPrintBefore()).isEqualTo(0.4);
        assertThat(summary.missingPrintAfter()).isEqualTo(0.02);
        assertThat(summary.earlyAnswerAfter()).isEqualTo(0.01);
        assertThat(summary.episodesIssued()).isEqualTo(84);
        assertThat(summary.episodesJudged()).isEqualTo(83);
        assertThat(summary.episodesGivenUp()).isEqualTo(1);
    }

    @Test
    void leavesOutWhatDoesNotExist() {
        RunSummary summary =
                RunSummary.of(START, null, Instant.ofEpochSecond(111), CURVE.subList(0, 1), 0, Optional.empty());
        assertThat(summary.seconds()).isEqualTo(11);
        assertThat(summary.rewardFirst3()).isNull();
        assertThat(summary.accuracyBefore()).isEqualTo(0.5);
        assertThat(summary.accuracyAfter()).isNull();
        assertThat(summary.accuracyAfterCi()).isNull();
        assertThat(summary.passK()).isNull();
        assertThat(summary.passAtKBefore()).isNull();
        assertThat(summary.episodesIssued()).isNull();
    }

    @Test
    void estimatesTheTimeLeftFromPhasesThatAreDone() {
        List<StepRow> soFar = new ArrayList<>(CURVE.subList(0, 3)); // an evaluation and two steps, 10 s each
        assertThat(TimeLeft.seconds(START, soFar, 4, 2)).isEqualTo(30.0); // two steps and an evaluation to come
        assertThat(TimeLeft.seconds(START, soFar, null, 2)).isNull();
        assertThat(TimeLeft.seconds(START, soFar.subList(0, 1), 4, 2)).isNull();
    }
}
