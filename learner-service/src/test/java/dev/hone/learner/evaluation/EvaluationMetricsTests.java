package dev.hone.learner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EvaluationMetricsTests {
    private static final RunId RUN = new RunId("evaluated");
    private static final RunConfig GREEDY =
            RunConfigReader.read("hone: {seed: 1}").config();
    private static final RunConfig BOTH = RunConfigReader.read("hone: {trainer_common: {val_pass_n: 4, val_pass_k: 2}}")
            .config();

    @Test
    void greedySamplesAloneGiveAnAccuracyWithWilsonsInterval() {
        Map<String, Double> metrics =
                EvaluationMetrics.of(phase(0, group(0, "+"), group(1, "-"), group(2, "+")), 0, GREEDY);
        assertThat(metrics)
                .containsEntry("accuracy", 2 / 3.0)
                .containsEntry("accuracy/low", Interval.wilson(2, 3).low())
                .containsEntry("accuracy/high", Interval.wilson(2, 3).high())
                .containsEntry("groups/evaluated", 3.0)
                .doesNotContainKey("pass@1");
        // rewards 1, 0, 1: a resample of three 0 has 1/27 of the weight
        assertThat(metrics).containsEntry("reward/mean/low", 0.0).containsEntry("reward/mean/high", 1.0);
    }

    @Test
    void samplesForPassAtKAreCountedApartFromTheGreedyOne() {
        // The greedy sample first. pass@2 of 4: 2 right 1 - C(2,2)/C(4,2) = 5/6, none 0.
        Map<String, Double> metrics = EvaluationMetrics.of(phase(0, group(0, "-++--"), group(1, "+----")), 0, BOTH);
        assertThat(metrics)
                .containsEntry("accuracy", 0.5)
                .containsEntry("reward/mean", 0.5)
                .containsEntry("habits/missing_print", 0.5)
                .containsEntry("episodes/issued", 10.0)
                .containsEntry("tokens/sampled", 20.0);
        assertThat(metrics.get("pass@1")).isCloseTo(0.25, within(1e-12));
        assertThat(metrics.get("pass@2")).isCloseTo(5 / 12.0, within(1e-12));
        assertThat(metrics.get("pass@2/low")).isZero();
        assertThat(metrics.get("pass@2/high")).isCloseTo(5 / 6.0, within(1e-12));
    }

    @Test
    void whatWasGivenUpIsWrongWhicheverKindItIs() {
        // Group 0 lost its greedy sample and two others; group 1 lost everything.
        Map<String, Double> metrics = EvaluationMetrics.of(phase(8, group(0, ".+.-."), group(1, ".....")), 0, BOTH);
        assertThat(metrics)
                .containsEntry("accuracy", 0.0)
                .containsEntry("accuracy/high", Interval.wilson(0, 2).high())
                .containsEntry("episodes/issued", 10.0)
                .containsEntry("episodes/judged", 2.0)
                .containsEntry("episodes/given_up", 8.0)
                .doesNotContainKeys("reward/mean", "reward/mean/low");
        // 1 right of 4: 1 - C(3,2)/C(4,2) = 1/2; the other group 0
        assertThat(metrics.get("pass@2")).isCloseTo(0.25, within(1e-12));
        assertThat(metrics.get("pass@1")).isCloseTo(0.125, within(1e-12));
    }

    @Test
    void severalSamplesOfAProblemStayTogether() {
        RunConfig four = RunConfigReader.read("hone: {rollout: {val_num_repeat: 4, val_temperature: 1}}")
                .config();
        Map<String, Double> metrics = EvaluationMetrics.of(phase(0, group(0, "++++"), group(1, "----")), 0, four);
        // Two problems, not eight trials, of which Wilson's interval would begin at 0.22.
        assertThat(metrics)
                .containsEntry("accuracy", 0.5)
                .containsEntry("accuracy/low", 0.0)
                .containsEntry("accuracy/high", 1.0);
    }

    @SafeVarargs
    private static CompletePhase phase(int givenUp, List<JudgedEpisode>... groups) {
        return new CompletePhase(new Phase(Purpose.EVAL, 0, groups.length, true), List.of(groups), givenUp);
    }

    /// Samples in order: `+` right, `-` wrong and without a print, `.` given up.
    private static List<JudgedEpisode> group(int group, String samples) {
        List<JudgedEpisode> members = new ArrayList<>();
        for (int sample = 0; sample < samples.length(); sample++) {
            boolean right = samples.charAt(sample) == '+';
            if (samples.charAt(sample) != '.') {
                members.add(new JudgedEpisode(
                        new EpisodeKey(RUN, Purpose.EVAL, 0, group, sample, 0),
                        new Trajectory(List.of()),
                        new EpisodeFinished.Usage(3, 2, 1, 0, 0, 0),
                        0,
                        right ? 1 : 0,
                        right,
                        Map.of("missing_print", !right)));
            }
        }
        return members;
    }
}
