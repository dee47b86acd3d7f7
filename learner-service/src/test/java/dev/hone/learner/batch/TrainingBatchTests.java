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
    void episodeWithOneTokenBeyondTheBoundIsLeftOutOfItsGroup() {
        // trained from version 3: 1 is two behind, and the second token of one episode is from there
        List<JudgedEpisode> group = new ArrayList<>(group(0, 1, 0.5, 0));
        group.set(0, sampledBy(group.get(0), span(2, 3, 2), span(3, 4, 1)));
        group.set(1, sampledBy(group.get(1), span(2, 4, 2)));
        group.set(2, sampledBy(group.get(2), span(2, 3, 3), span(3, 4, 2)));
        TrainingBatch batch = bounded(new StalenessBound(3, 1), group);
        assertThat(batch.skipped())
                .containsExactly(new StepCompleted.Skipped(group.getFirst().key(), "too-stale"));
        assertThat(batch.skipped("too-stale")).isEqualTo(1);
        // of 0.5 and 0 alone: mean 0.25, deviation 0.35355
        assertThat(batch.trained())
                .extracting(TrainedEpisode::advantage)
                .first()
                .satisfies(advantage -> assertThat((double) advantage).isCloseTo(0.7071, within(1e-4)));
        assertThat(batch.versions()).contains(new TokenVersions(2, 3, 1));
    }

    @Test
    void episodeIsTrainedOnAtTheBoundAndNotBeyond() {
        List<JudgedEpisode> group = group(0, 1, 0);
        assertThat(bounded(new StalenessBound(2, 2), group).trained()).hasSize(2);
        assertThat(bounded(new StalenessBound(3, 2), group).trained()).isEmpty();
        assertThat(bounded(new StalenessBound(3, 2), group).versions()).isEmpty();
    }

    @Test
    void tokenThatNoKnownVersionIsProvenToHaveSampledIsNotTrainedOn() {
        List<JudgedEpisode> group = new ArrayList<>(group(0, 1, 0.5, 0.2, 0));
        group.set(0, sampledBy(group.get(0), span(2, 3, 4)));
        group.set(1, sampledBy(group.get(1), span(2, 4, 5)));
        group.set(2, sampledBy(group.get(2), span(2, 4, 4)));
        group.set(3, sampledBy(group.get(3), span(2, 4, 4)));
        TrainingBatch batch = bounded(new StalenessBound(4, 9), group);
        assertThat(batch.trained()).hasSize(2);
        assertThat(batch.skipped())
                .extracting(StepCompleted.Skipped::reason)
                .containsExactly("version-unproven", "version-unproven");
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
                .containsEntry("staleness/mean", 1.0)
                .containsEntry("staleness/max", 1.0);
        // squares: 0, 0, 0.25, 0.25, over 3
        assertThat(metrics.get("reward/std")).isCloseTo(Math.sqrt(0.5 / 3), within(1e-12));
    }

    @Test
    void metricsTellHowRewardsAreSpreadOverEpisodesAndInsideGroups() {
        Map<String, Double> metrics =
                PhaseMetrics.of(phase(group(0, 0.1, 0.2, 0.3, 0.4, 0.5), group(1, 0.6, 0.6, 0.6, 0.6, 1.0)), 1);
        // ten rewards in order: the first, the fifth and the ninth
        assertThat(metrics)
                .containsEntry("reward/p10", 0.1)
                .containsEntry("reward/p50", 0.5)
                .containsEntry("reward/p90", 0.6);
        // of the first group (0.04 + 0.01 + 0 + 0.01 + 0.04) / 4 = 0.025; of the second, whose mean is 0.68,
        // (4 * 0.0064 + 0.1024) / 4 = 0.032
        assertThat(metrics.get("groups/reward_variance")).isCloseTo(0.0285, within(1e-12));
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

    /// One group that counts and two that were replaced, of two samples each; one more sample was given up.
    private static CompletePhase withReplaced() {
        return new CompletePhase(
                new Phase(Purpose.TRAIN, 1, 1, false),
                List.of(group(2, 1, 0)),
                1,
                List.of(group(0, 1, 1), group(1, 0, 0)));
    }

    @Test
    void replacedGroupsAreSkippedAndNothingElseOfTheUpdate() {
        RunConfig config = RunConfigReader.read("hone: {}").config();
        TrainingBatch batch = TrainingBatch.of(
                withReplaced(),
                config.trainerCommon().algorithm(),
                Algorithm.of(config).advantages(),
                1,
                new StalenessBound(0, 0));
        TrainingBatch alone = batch(group(2, 1, 0));
        assertThat(batch.trained()).hasSize(2).isEqualTo(alone.trained());
        assertThat(batch.groups()).isEqualTo(1);
        assertThat(batch.skipped())
                .hasSize(4)
                .allSatisfy(skipped -> assertThat(skipped.reason()).isEqualTo("zero-variance"))
                .extracting(skipped -> skipped.episode().group())
                .containsExactly(0, 0, 1, 1);
    }

    @Test
    void metricsCountReplacedGroupsSoThatTheSumsHold() {
        assertThat(PhaseMetrics.of(withReplaced(), 0))
                .containsEntry("groups/replaced", 2.0)
                .containsEntry("groups/replaced_fraction", 2 / 3.0)
                .containsEntry("groups/zero_variance_fraction", 2 / 3.0)
                .containsEntry("episodes/issued", 7.0)
                .containsEntry("episodes/judged", 6.0)
                .containsEntry("episodes/given_up", 1.0)
                .containsEntry("reward/mean", 0.5)
                .containsEntry("accuracy", 3 / 7.0);
    }

    private static TrainingBatch bounded(StalenessBound bound, List<JudgedEpisode> group) {
        RunConfig config = RunConfigReader.read("hone: {}").config();
        return TrainingBatch.of(
                oneGroup(group),
                config.trainerCommon().algorithm(),
                Algorithm.of(config).advantages(),
                1,
                bound);
    }

    private static Timeline.VersionSpan span(int start, int end, int version) {
        return new Timeline.VersionSpan(start, end, version);
    }

    private static JudgedEpisode sampledBy(JudgedEpisode episode, Timeline.VersionSpan... versions) {
        Timeline timeline = episode.trajectory().timelines().getFirst();
        Timeline other = new Timeline(
                timeline.tokenIds(), timeline.lossMask(), timeline.logProbs(), List.of(versions), timeline.spans());
        return new JudgedEpisode(
                episode.key(),
                new Trajectory(List.of(other)),
                episode.usage(),
                episode.malformedCalls(),
                episode.reward(),
                episode.success(),
                episode.habits());
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
                1,
                new StalenessBound(0, 0));
    }

    private static CompletePhase oneGroup(List<JudgedEpisode> group) {
        return new CompletePhase(new Phase(Purpose.TRAIN, 1, 1, false), List.of(group), 0);
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
