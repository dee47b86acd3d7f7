package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.PolicyObjective;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.ScoredSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateStepTests {
    private static final int EPISODES = 8;
    private static final LoraConfig LORA = new LoraConfig(4, 8, LoraConfig.MODULES, 0, false);

    @TempDir
    private Path folder;

    private record Outcome(String checksum, UpdateStatistics statistics) {}

    @Test
    void sameInputsGiveTheSameBits() throws Exception {
        assertThat(update(1e-3, 1, 1, 64).checksum())
                .isEqualTo(update(1e-3, 1, 1, 64).checksum());
    }

    @Test
    void learningRateZeroLeavesTheWeightsBitEqual() throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu())) {
            assertThat(update(0, 1, 1, 64).checksum()).isEqualTo(policy.checksum());
        }
        assertThat(update(1e-3, 1, 1, 64).checksum())
                .isNotEqualTo(update(0, 1, 1, 64).checksum());
    }

    @Test
    void microBatchesAddUpToTheWholeBatch() throws Exception {
        UpdateStatistics whole = update(1e-3, 1, 1, 100_000).statistics();
        UpdateStatistics parts = update(1e-3, 1, 1, 20).statistics();
        assertThat(parts.loss()).isCloseTo(whole.loss(), within(1e-5));
        double norm = whole.metrics().get("grad_norm");
        assertThat(parts.metrics().get("grad_norm")).isCloseTo(norm, within(1e-4 * norm));
    }

    @Test
    void ratioStaysOneInASingleStepAndTheClipFiresInLaterOnes() throws Exception {
        assertThat(update(1e-2, 1, 1, 64).statistics().metrics()).containsEntry("clip_fraction", 0.0);
        Map<String, Double> several = update(1e-2, 2, 3, 64).statistics().metrics();
        assertThat(several.get("clip_fraction")).isGreaterThan(0.05);
        assertThat(several).containsEntry("optimizer_steps", 6.0);
    }

    @Test
    void gapIsTheDistanceToWhatWasRecordedAtSampling() throws Exception {
        // every recorded value is 0.25 below what the weights say
        Map<String, Double> metrics = update(1e-3, 1, 1, 64).statistics().metrics();
        assertThat(metrics.get("logprob_gap/mean")).isCloseTo(0.25, within(1e-4));
        assertThat(metrics.get("logprob_gap/p99")).isCloseTo(0.25, within(1e-4));
        assertThat(metrics.get("logprob_gap/max")).isCloseTo(0.25, within(1e-4));
    }

    @Test
    void updatingRaisesTheProbabilityOfWhatHasAPositiveAdvantage() throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            List<TrainingSequence> batch = batch(policy);
            double before = objective(policy, batch);
            step(policy, optimizer, 1e-3, 1, 1, 64).run(batch);
            assertThat(objective(policy, batch)).isGreaterThan(before);
        }
    }

    @Test
    void recordsOldAndNewLogProbabilitiesOfEveryTarget() throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            List<TrainingSequence> batch = batch(policy);
            float[] before = policy.score(List.of(batch.get(3).tokens())).logProbs();
            Update once = step(policy, optimizer, 1e-3, 1, 1, 64).run(batch);
            assertThat(once.tokens()).extracting(Update.TokenRecord::sequence).isEqualTo(batch);
            assertThat(once.tokens().get(3).oldLogProbs()).containsExactly(before, offset(1e-5f));
            assertThat(once.tokens().get(3).newLogProbs())
                    .isEqualTo(once.tokens().get(3).oldLogProbs());
            float[] between = policy.score(List.of(batch.get(3).tokens())).logProbs();
            Update.TokenRecord twice =
                    step(policy, optimizer, 1e-3, 1, 2, 64).run(batch).tokens().get(3);
            assertThat(twice.oldLogProbs()).containsExactly(between, offset(1e-5f));
            assertThat(twice.newLogProbs()).isNotEqualTo(twice.oldLogProbs());
        }
    }

    @Test
    void adaptersMoveAndTheModelUnderThemStays() throws Exception {
        try (Policy base = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), LORA, 5);
                AdamW optimizer = optimizer(policy)) {
            List<TrainingSequence> batch = batch(policy);
            List<ScoredSequence> first = List.of(batch.getFirst().tokens());
            float[] before = base.score(first).logProbs();
            assertThat(policy.score(first).logProbs()).isEqualTo(before);
            policy.exportState(folder.resolve("fresh"));
            step(policy, optimizer, 1e-2, 1, 2, 64).run(batch);
            assertThat(policy.score(first).logProbs()).isNotEqualTo(before);
            policy.importState(folder.resolve("fresh"));
            assertThat(policy.score(first).logProbs()).isEqualTo(before);
        }
    }

    @Test
    void adaptersAreHeldToTheModelWithoutThem() throws Exception {
        try (Policy base = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                Policy one = Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), LORA, 5);
                Policy frozen = one.frozen();
                AdamW oneOptimizer = optimizer(one);
                Policy other = Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), LORA, 5);
                AdamW otherOptimizer = optimizer(other)) {
            List<TrainingSequence> batch = batch(base);
            Map<String, Double> metrics =
                    withKl(one, frozen, oneOptimizer).run(batch).statistics().metrics();
            withKl(other, base, otherOptimizer).run(batch);
            assertThat(metrics.get("loss/kl")).isPositive();
            assertThat(one.checksum()).isEqualTo(other.checksum());
        }
    }

    private static UpdateStep withKl(Policy policy, Policy reference, AdamW optimizer) {
        return new UpdateStep(
                policy,
                reference,
                optimizer,
                new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 0), Optional.empty(), 0.1),
                new UpdateSettings(
                        Aggregation.of(Aggregation.Mode.TOKEN_MEAN), 1, 2, 64, new LearningRate(1e-2, 0, 0)));
    }

    @Test
    void stepsLeaveNoArraysBehind() throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            List<TrainingSequence> batch = batch(policy).subList(0, 2);
            UpdateStep step = step(policy, optimizer, 1e-4, 1, 1, 64);
            step.run(batch);
            int before = policy.manager().getManagedArrays().size();
            for (int i = 0; i < 20; i++) {
                step.run(batch);
            }
            assertThat(policy.manager().getManagedArrays()).hasSize(before);
        }
    }

    private static double objective(Policy policy, List<TrainingSequence> batch) {
        double sum = 0;
        for (TrainingSequence sequence : batch) {
            for (float logProb : policy.score(List.of(sequence.tokens())).logProbs()) {
                sum += logProb * sequence.advantage();
            }
        }
        return sum;
    }

    private static Outcome update(double learningRate, int miniBatches, int epochs, int microTokens) throws Exception {
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            UpdateStatistics statistics = step(policy, optimizer, learningRate, miniBatches, epochs, microTokens)
                    .run(batch(policy))
                    .statistics();
            return new Outcome(policy.checksum(), statistics);
        }
    }

    private static AdamW optimizer(Policy policy) {
        return new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.01, 1));
    }

    private static UpdateStep step(
            Policy policy, AdamW optimizer, double learningRate, int miniBatches, int epochs, int microTokens) {
        return new UpdateStep(
                policy,
                null,
                optimizer,
                new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 0), Optional.empty(), 0),
                new UpdateSettings(
                        Aggregation.of(Aggregation.Mode.TOKEN_MEAN),
                        miniBatches,
                        epochs,
                        microTokens,
                        new LearningRate(learningRate, 0, 0)));
    }

    private static List<TrainingSequence> batch(Policy policy) {
        Random random = new Random(11);
        List<TrainingSequence> batch = new ArrayList<>();
        for (int episode = 0; episode < EPISODES; episode++) {
            int[] tokens = random.ints(12 + episode, 0, 512).toArray();
            int[] targets = IntStream.range(4, tokens.length).toArray();
            ScoredSequence scored = ScoredSequence.of(tokens, targets, 1);
            float[] behaviour = policy.score(List.of(scored)).logProbs();
            for (int i = 0; i < behaviour.length; i++) {
                behaviour[i] -= 0.25f;
            }
            batch.add(new TrainingSequence(episode, 0, scored, behaviour, episode % 2 == 0 ? 1 : -1));
        }
        return batch;
    }
}
