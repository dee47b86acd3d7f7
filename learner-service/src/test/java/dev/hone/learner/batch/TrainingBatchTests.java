package dev.hone.learner.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.algorithm.Algorithm;
import dev.hone.learner.episode.CompletePhase;
import dev.hone.learner.episode.JudgedEpisode;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingBatchTests {
    private static final RunId RUN = new RunId("batch");

    @Test
    void trainsOnTheTokensThatWereSampledAndOnNoOthers() {
        TrainingBatch batch = batch(group(0, 1, 0));
        assertThat(batch.trained()).hasSize(2);
        // tokens 2 and 3 of 0..4 are inside the mask
        assertThat(batch.sequences().getFirst().tokens().targets()).containsExactly(2, 3);
        assertThat(batch.sequences().getFirst().behaviourLogProbs()).containsExactly(-0.2f, -0.3f);
        assertThat(batch.sequences().getFirst().advantage()).isCloseTo(0.7071057811, within(1e-9));
    }

    @Test
    void leavesGroupsWithoutVarianceOutAndSaysSo() {
        TrainingBatch batch = batch(group(0, 0.7, 0.7, 0.7), group(1, 1, 0));
        assertThat(batch.trained()).hasSize(2);
        assertThat(batch.skipped())
                .hasSize(3)
                .extracting(StepCompleted.Skipped::reason)
                .containsOnly("zero-variance");
    }

    @Test
    void leavesGroupsOutThatLostTooManySamples() {
        TrainingBatch batch = batch(group(0, 1));
        assertThat(batch.sequences()).isEmpty();
        assertThat(batch.skipped()).extracting(StepCompleted.Skipped::reason).containsExactly("group-too-small");
    }

    @Test
    void keepsGroupsWithoutVarianceAndGroupsOfOneIfAsked() {
        TrainingBatch batch =
                batch("skip_zero_variance_groups: false, min_group_size: 1", group(0, 0.7, 0.7), group(1, 1));
        assertThat(batch.skipped()).isEmpty();
        assertThat(batch.groups()).isEqualTo(2);
        assertThat(batch.trained()).extracting(TrainedEpisode::advantage).containsOnly(0.0);
    }

    @Test
    void groupOfOneThatCountsItsRewardIsNoGroupWithoutVariance() {
        TrainingBatch batch = batch("min_group_size: 1, adv_estimator: rloo, group_of_one: reward", group(0, 0.7));
        assertThat(batch.trained()).extracting(TrainedEpisode::advantage).containsExactly(0.7);
        assertThat(batch("min_group_size: 1", group(0, 0.7)).skipped())
                .extracting(StepCompleted.Skipped::reason)
                .containsExactly("zero-variance");
    }

    @Test
    void advantagesThatAreNormalisedOverTheBatchSeeAllOfItsGroups() {
        // 2 tokens each: mean 0.5, var 8 * 0.25 / 7
        TrainingBatch batch = batch("name: reinforce_plus_plus", group(0, 1, 1), group(1, 0, 0));
        assertThat(batch.skipped()).isEmpty();
        assertThat(batch.trained().getFirst().advantage()).isCloseTo(0.5 / Math.sqrt(2.0 / 7), within(1e-7));
        assertThat(batch.trained().getLast().advantage()).isCloseTo(-0.5 / Math.sqrt(2.0 / 7), within(1e-7));
    }

    @Test
    void metricsAreMeansOverEpisodes() {
        Map<String, Double> metrics = PhaseMetrics.of(phase(group(0, 0.5, 0.5), group(1, 1, 0)), 1);
        assertThat(metrics)
                .containsEntry("reward/mean", 0.5)
                .containsEntry("reward/min", 0.0)
                .containsEntry("reward/max", 1.0)
                .containsEntry("accuracy", 0.25)
                .containsEntry("habits/missing_print", 0.25)
                .containsEntry("groups/zero_variance_fraction", 0.5)
                .containsEntry("tokens/sampled", 8.0)
                .containsEntry("staleness", 1.0);
        // squares: 0, 0, 0.25, 0.25, over 3
        assertThat(metrics.get("reward/std")).isCloseTo(Math.sqrt(0.5 / 3), within(1e-12));
    }

    @Test
    void episodesGivenUpSolveNothingAndAreCounted() {
        // 1 of 4 judged solved its task, 2 of 4 printed nothing; 4 more were given up
        CompletePhase phase =
                new CompletePhase(new Phase(Purpose.EVAL, 1, 2, false), List.of(group(0, 0, 1), group(1, 0, 0.5)), 4);
        assertThat(PhaseMetrics.of(phase, 1))
                .containsEntry("episodes/issued", 8.0)
                .containsEntry("episodes/judged", 4.0)
                .containsEntry("episodes/given_up", 4.0)
                .containsEntry("accuracy", 0.125)
                .containsEntry("habits/missing_print", 0.25)
                .containsEntry("reward/mean", 0.375);
    }

    @Test
    void phaseOfWhichEverythingWasGivenUpHasAnAccuracyOfZero() {
        CompletePhase phase = new CompletePhase(new Phase(Purpose.EVAL, 1, 1, false), List.of(List.of()), 4);
        assertThat(PhaseMetrics.of(phase, 1))
                .containsEntry("accuracy", 0.0)
                .containsEntry("episodes/given_up", 4.0)
                .doesNotContainKey("reward/mean");
    }

    @SafeVarargs
    private static TrainingBatch batch(List<JudgedEpisode>... groups) {
        return batch("name: grpo", groups);
    }

    @SafeVarargs
    private static TrainingBatch batch(String algorithm, List<JudgedEpisode>... groups) {
        RunConfig config = RunConfigReader.read("hone: {trainer_common: {algorithm: {" + algorithm + "}}}")
                .config();
        return TrainingBatch.of(
                phase(groups),
                config.trainerCommon().algorithm(),
                Algorithm.of(config).advantages(),
                1);
    }

    @SafeVarargs
    private static CompletePhase phase(List<JudgedEpisode>... groups) {
        return new CompletePhase(new Phase(Purpose.TRAIN, 1, groups.length, false), List.of(groups), 0);
    }

    private static List<JudgedEpisode> group(int group, double... rewards) {
        BitSet mask = new BitSet();
        mask.set(2, 4);
        Timeline timeline = new Timeline(
                new int[] {5, 6, 7, 8, 9},
                mask.toByteArray(),
                new float[] {0, 0, -0.2f, -0.3f, 0},
                List.of(new Timeline.VersionSpan(2, 4, 0)),
                List.of());
        List<JudgedEpisode> members = new ArrayList<>();
        for (int sample = 0; sample < rewards.length; sample++) {
            members.add(new JudgedEpisode(
                    new EpisodeKey(RUN, Purpose.TRAIN, 1, group, sample, 0),
                    new Trajectory(List.of(timeline)),
                    new EpisodeFinished.Usage(3, 2, 1, 0, 0, 0),
                    0,
                    rewards[sample],
                    rewards[sample] == 1,
                    Map.of("missing_print", rewards[sample] == 0)));
        }
        return members;
    }
}
