package dev.hone.learner.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.TrainerConfig.AlgorithmConfig;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.advantage.RewardedBatch;
import dev.hone.learner.step.AdamW;
import dev.hone.learner.step.LearningRate;
import dev.hone.learner.step.MemoryBudget;
import dev.hone.learner.step.Replicas;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.UpdateSettings;
import dev.hone.learner.step.UpdateStatistics;
import dev.hone.learner.step.UpdateStep;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.ScoredSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Each algorithm, chosen by a run's file, trains a small model.
class AlgorithmTests {
    private static final double[] REWARDS = {1, 0, 0.5, 0, 1, 1, 0, 0.2};
    private static final int GROUP = 4;

    private record Outcome(double before, double after, UpdateStatistics statistics) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: grpo",
                "clip_ratio_c: 3",
                "name: dr_grpo",
                "name: dapo",
                "name: gspo",
                "name: cispo",
                "name: rloo",
                "name: rloo_ppo",
                "name: rloo_sequence",
                "name: reinforce_plus_plus",
                "name: reinforce_plus_plus_baseline",
                "rollout_is: token",
                "rollout_is: sequence",
                "kl_loss_coef: 0.05",
                "adv_estimator: grpo_batch_std",
                "adv_estimator: rloo_normalized",
                "adv_estimator: reinforce_plus_plus_sequence",
            })
    void everyAlgorithmRaisesTheProbabilityOfWhatDidBetter(String keys) throws Exception {
        Outcome outcome = update(keys + ", mini_batch_num: 2, ppo_epochs: 2", 100_000, 1e-3);
        assertThat(outcome.after()).isGreaterThan(outcome.before() + 1e-3);
        Map<String, Double> metrics = outcome.statistics().metrics();
        assertThat(metrics.values()).allSatisfy(value -> assertThat(value).isFinite());
        assertThat(metrics).containsEntry("optimizer_steps", 4.0).containsKey("clip_fraction");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gspo", "rloo_sequence", "dr_grpo", "reinforce_plus_plus"})
    void microBatchesAddUpToTheWholeBatchAlsoWhereRatiosAreOfSequences(String name) throws Exception {
        String keys = "name: " + name + ", rollout_is: sequence";
        UpdateStatistics whole = update(keys, 100_000, 1e-3).statistics();
        UpdateStatistics parts = update(keys, 20, 1e-3).statistics();
        assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-5));
        double norm = whole.metrics().get("grad_norm");
        assertThat(norm).isGreaterThan(0);
        assertThat(parts.metrics().get("grad_norm")).isCloseTo(norm, within(1e-4 * norm));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vanilla", "gspo", "sequence_clip", "cispo"})
    void ratiosLeaveOneAndTheClipFiresInLaterSteps(String loss) throws Exception {
        String keys = "loss_mode: " + loss + ", clip_ratio_low: 0.02, clip_ratio_high: 0.02";
        assertThat(update(keys, 64, 1e-2).statistics().metrics()).containsEntry("clip_fraction", 0.0);
        Map<String, Double> several =
                update(keys + ", ppo_epochs: 4", 64, 1e-2).statistics().metrics();
        assertThat(several.get("clip_fraction")).isGreaterThan(0.05);
        assertThat(several.get("ppo_kl")).isNotZero();
    }

    @Test
    void divergenceFromTheReferenceIsZeroAtFirstAndThenHeldBack() throws Exception {
        assertThat(update("kl_loss_coef: 1", 64, 1e-2).statistics().metrics().get("kl"))
                .isCloseTo(0, within(1e-6));
        double free = update("kl_loss_coef: 1.0e-9, ppo_epochs: 5", 64, 1e-2)
                .statistics()
                .metrics()
                .get("kl");
        double held = update("kl_loss_coef: 10, ppo_epochs: 5", 64, 1e-2)
                .statistics()
                .metrics()
                .get("kl");
        assertThat(free).isGreaterThan(1e-3);
        assertThat(held).isLessThan(free / 2);
    }

    @Test
    void importanceWeightsAreToldAndCapped() throws Exception {
        // every recorded log-probability is 0.25 below what the weights say: e^0.25 = 1.284
        Map<String, Double> metrics =
                update("rollout_is: token", 64, 1e-3).statistics().metrics();
        assertThat(metrics.get("importance/mean")).isCloseTo(Math.exp(0.25), within(1e-3));
        assertThat(metrics).containsEntry("importance/capped_fraction", 0.0);
        Map<String, Double> capped = update("rollout_is: token, rollout_is_threshold: 1.1", 64, 1e-3)
                .statistics()
                .metrics();
        assertThat(capped.get("importance/mean")).isCloseTo(1.1, within(1e-6));
        assertThat(capped).containsEntry("importance/capped_fraction", 1.0);
    }

    private static Outcome update(String keys, int microTokens, double learningRate) throws Exception {
        RunConfig config = RunConfigReader.read("hone: {trainer_common: {algorithm: {" + keys + "}}}")
                .config();
        Algorithm algorithm = Algorithm.of(config);
        AlgorithmConfig settings = config.trainerCommon().algorithm();
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                Policy reference = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0, 1));
                Replicas replicas = Replicas.of(policy, 2);
                Replicas frozen = Replicas.one(reference)) {
            List<TrainingSequence> batch = batch(policy, algorithm);
            UpdateStep step = new UpdateStep(
                    replicas,
                    algorithm.objective().klCoefficient() > 0 ? frozen : null,
                    optimizer,
                    algorithm.objective(),
                    new UpdateSettings(
                            algorithm.aggregation(),
                            settings.miniBatchNum(),
                            settings.ppoEpochs(),
                            new LearningRate(learningRate, 0, 0)),
                    new MemoryBudget(microTokens, false, false));
            double before = preference(policy, batch);
            UpdateStatistics statistics = step.run(batch).statistics();
            return new Outcome(before, preference(policy, batch), statistics);
        }
    }

    /// Mean log-probability of what has a positive advantage, less that of what has a negative one.
    private static double preference(Policy policy, List<TrainingSequence> batch) {
        double sum = 0;
        for (TrainingSequence sequence : batch) {
            for (float logProb : policy.score(List.of(sequence.tokens())).logProbs()) {
                sum += Math.signum(sequence.advantage()) * logProb / sequence.targets();
            }
        }
        return sum / batch.size();
    }

    /// Two groups of four episodes; every second episode has two timelines.
    private static List<TrainingSequence> batch(Policy policy, Algorithm algorithm) {
        Random random = new Random(11);
        List<List<ScoredSequence>> timelines = new ArrayList<>();
        for (int episode = 0; episode < REWARDS.length; episode++) {
            List<ScoredSequence> own = new ArrayList<>();
            for (int timeline = 0; timeline <= episode % 2; timeline++) {
                int[] tokens = random.ints(12 + episode, 0, 512).toArray();
                own.add(ScoredSequence.of(
                        tokens, IntStream.range(4, tokens.length).toArray(), 1));
            }
            timelines.add(own);
        }
        double[] advantages = algorithm
                .advantages()
                .of(new RewardedBatch(
                        REWARDS,
                        IntStream.range(0, REWARDS.length).map(i -> i / GROUP).toArray(),
                        timelines.stream()
                                .mapToInt(own -> own.stream()
                                        .mapToInt(sequence -> sequence.targets().length)
                                        .sum())
                                .toArray()));
        List<TrainingSequence> batch = new ArrayList<>();
        for (int episode = 0; episode < REWARDS.length; episode++) {
            for (int timeline = 0; timeline < timelines.get(episode).size(); timeline++) {
                ScoredSequence scored = timelines.get(episode).get(timeline);
                float[] behaviour = policy.score(List.of(scored)).logProbs();
                for (int i = 0; i < behaviour.length; i++) {
                    behaviour[i] -= 0.25f;
                }
                batch.add(new TrainingSequence(episode, timeline, scored, behaviour, advantages[episode]));
            }
        }
        return batch;
    }
}
