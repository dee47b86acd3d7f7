package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.PolicyObjective;
import dev.hone.learner.loss.TokenLoss;
import dev.hone.learner.loss.TokenStreams;
import dev.hone.policy.OutOfMemoryException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        try (Workshop workshop = new Workshop(1)) {
            Policy policy = workshop.policy;
            List<TrainingSequence> batch = batch(policy);
            double before = objective(policy, batch);
            workshop.step(1e-3, 1, 1, new MemoryBudget(64, false, false)).run(batch);
            assertThat(objective(policy, batch)).isGreaterThan(before);
        }
    }

    @Test
    void recordsOldAndNewLogProbabilitiesOfEveryTarget() throws Exception {
        try (Workshop workshop = new Workshop(1)) {
            Policy policy = workshop.policy;
            List<TrainingSequence> batch = batch(policy);
            float[] before = policy.score(List.of(batch.get(3).tokens())).logProbs();
            Update once = workshop.step(1e-3, 1, 1, new MemoryBudget(64, false, false))
                    .run(batch);
            assertThat(once.tokens()).extracting(Update.TokenRecord::sequence).isEqualTo(batch);
            assertThat(once.tokens().get(3).oldLogProbs()).containsExactly(before, offset(1e-5f));
            assertThat(once.tokens().get(3).newLogProbs())
                    .isEqualTo(once.tokens().get(3).oldLogProbs());
            float[] between = policy.score(List.of(batch.get(3).tokens())).logProbs();
            Update.TokenRecord twice = workshop.step(1e-3, 1, 2, new MemoryBudget(64, false, false))
                    .run(batch)
                    .tokens()
                    .get(3);
            assertThat(twice.oldLogProbs()).containsExactly(between, offset(1e-5f));
            assertThat(twice.newLogProbs()).isNotEqualTo(twice.oldLogProbs());
        }
    }

    @Test
    void adaptersMoveAndTheModelUnderThemStays() throws Exception {
        try (Policy base = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                Workshop workshop = new Workshop(1, adapted())) {
            Policy policy = workshop.policy;
            List<TrainingSequence> batch = batch(policy);
            List<ScoredSequence> first = List.of(batch.getFirst().tokens());
            float[] before = base.score(first).logProbs();
            assertThat(policy.score(first).logProbs()).isEqualTo(before);
            policy.exportState(folder.resolve("fresh"));
            workshop.step(1e-2, 1, 2, new MemoryBudget(64, false, false)).run(batch);
            assertThat(policy.score(first).logProbs()).isNotEqualTo(before);
            policy.importState(folder.resolve("fresh"));
            assertThat(policy.score(first).logProbs()).isEqualTo(before);
        }
    }

    @Test
    void adaptersAreHeldToTheModelWithoutThem() throws Exception {
        try (Policy base = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                Workshop one = new Workshop(2, adapted());
                Policy frozen = one.policy.frozen();
                Workshop other = new Workshop(2, adapted())) {
            List<TrainingSequence> batch = batch(base);
            Map<String, Double> metrics =
                    withKl(one, frozen).run(batch).statistics().metrics();
            withKl(other, base).run(batch);
            assertThat(metrics.get("loss/kl")).isPositive();
            assertThat(one.policy.checksum()).isEqualTo(other.policy.checksum());
        }
    }

    private static Policy adapted() throws Exception {
        return Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), LORA, 5);
    }

    private static UpdateStep withKl(Workshop workshop, Policy reference) {
        return new UpdateStep(
                workshop.replicas,
                Replicas.of(reference, 2),
                workshop.optimizer,
                new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 0), Optional.empty(), 0.1),
                new UpdateSettings(Aggregation.of(Aggregation.Mode.TOKEN_MEAN), 1, 2, new LearningRate(1e-2, 0, 0)),
                new MemoryBudget(64, false, false));
    }

    @Test
    void stepsLeaveNoArraysBehind() throws Exception {
        try (Workshop workshop = new Workshop(1)) {
            Policy policy = workshop.policy;
            List<TrainingSequence> batch = batch(policy).subList(0, 2);
            UpdateStep step = workshop.step(1e-4, 1, 1, new MemoryBudget(64, false, false));
            step.run(batch);
            int before = policy.manager().getManagedArrays().size();
            for (int i = 0; i < 20; i++) {
                step.run(batch);
            }
            assertThat(policy.manager().getManagedArrays()).hasSize(before);
        }
    }

    @Test
    void replicasGiveTheGradientsOfOneAndTheSameBitsEachTime() throws Exception {
        try (Workshop one = new Workshop(1);
                Workshop two = new Workshop(2);
                Workshop again = new Workshop(2)) {
            List<TrainingSequence> batch = batch(one.policy);
            one.step(1e-3, 1, 1, new MemoryBudget(64, false, false)).run(batch);
            two.step(1e-3, 1, 1, new MemoryBudget(64, false, false)).run(batch);
            again.step(1e-3, 1, 1, new MemoryBudget(64, false, false)).run(batch);
            assertThat(again.policy.checksum()).isEqualTo(two.policy.checksum());
            List<float[]> expected = one.gradients();
            List<float[]> gradients = two.gradients();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(largestDifference(gradients.get(i), expected.get(i)))
                        .as(one.policy.parameters().get(i).name())
                        .isLessThan(1e-5f);
            }
        }
    }

    /// Cheap where AssertJ would look for each element among all.
    private static float largestDifference(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float largest = 0;
        for (int i = 0; i < actual.length; i++) {
            float difference = Math.abs(actual[i] - expected[i]);
            largest = Float.isNaN(difference) ? Float.POSITIVE_INFINITY : Math.max(largest, difference);
        }
        return largest;
    }

    @Test
    void computingLayersAgainGivesTheSameWeights() throws Exception {
        try (Workshop kept = new Workshop(1);
                Workshop again = new Workshop(1)) {
            List<TrainingSequence> batch = batch(kept.policy);
            kept.step(1e-3, 1, 1, new MemoryBudget(64, false, false)).run(batch);
            again.step(1e-3, 1, 1, new MemoryBudget(64, true, false)).run(batch);
            assertThat(again.policy.checksum()).isEqualTo(kept.policy.checksum());
        }
    }

    /// A device on which no more targets than these fit into one pass.
    private record Narrow(TokenLoss loss, int targets) implements TokenLoss {
        @Override
        public Value of(NDArray newLogProbs, TokenStreams streams) {
            if (newLogProbs.size() > targets) {
                throw new OutOfMemoryException("no room", new EngineException(newLogProbs.size() + " targets"));
            }
            return loss.of(newLogProbs, streams);
        }
    }

    @Test
    void startsOverWithSmallerMicroBatchesWhereMemoryRunsOut() throws Exception {
        try (Workshop narrow = new Workshop(1);
                Workshop small = new Workshop(1)) {
            List<TrainingSequence> batch = batch(narrow.policy);
            // 124 tokens with 92 targets; the first micro-batches of 80 and 40 tokens fit, later ones do not
            narrow.loss = new Narrow(narrow.loss, 26);
            MemoryBudget budget = new MemoryBudget(100, false, true);
            Update update = narrow.step(1e-3, 1, 1, budget).run(batch);
            assertThat(budget.checkpointing()).isTrue();
            assertThat(budget.tokens()).isLessThan(50);
            assertThat(update.statistics().metrics()).containsEntry("memory/shrunk", (double) budget.shrunk());
            assertThat(budget.shrunk()).isGreaterThan(1);
            small.step(1e-3, 1, 1, new MemoryBudget(budget.tokens(), true, false))
                    .run(batch);
            assertThat(narrow.policy.checksum()).isEqualTo(small.policy.checksum());
        }
    }

    @Test
    void saysSoWhereNotOneSequenceFits() throws Exception {
        try (Workshop narrow = new Workshop(1)) {
            narrow.loss = new Narrow(narrow.loss, 3);
            String before = narrow.policy.checksum();
            MemoryBudget budget = new MemoryBudget(100, false, true);
            UpdateStep step = narrow.step(1e-3, 1, 1, budget);
            List<TrainingSequence> batch = batch(narrow.policy);
            assertThatThrownBy(() -> step.run(batch)).isInstanceOf(OutOfMemoryException.class);
            assertThat(narrow.policy.checksum()).isEqualTo(before);
        }
    }

    /// A loss, or only its derivative, that is no number.
    private record Broken(boolean value) implements TokenLoss {
        @Override
        public Value of(NDArray newLogProbs, TokenStreams streams) {
            // d sqrt(x)/dx at 0 is infinite, and 0 times that is not a number
            NDArray zero = newLogProbs.mul(0);
            NDArray loss = value ? zero.div(zero).sum() : zero.sqrt().sum();
            return new Value(loss, loss, Map.of());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesOutAStepThatIsNotFinite(boolean value) throws Exception {
        try (Workshop workshop = new Workshop(1);
                Workshop untouched = new Workshop(1)) {
            List<TrainingSequence> batch = batch(workshop.policy);
            TokenLoss sound = workshop.loss;
            workshop.loss = new Broken(value);
            MemoryBudget budget = new MemoryBudget(64, false, false);
            Map<String, Double> metrics =
                    workshop.step(1e-3, 1, 1, budget).run(batch).statistics().metrics();
            assertThat(metrics)
                    .containsEntry(value ? "skipped/loss_not_finite" : "skipped/gradient_not_finite", 1.0)
                    .doesNotContainKey("grad_norm");
            assertThat(workshop.policy.checksum()).isEqualTo(untouched.policy.checksum());
            assertThat(workshop.optimizer.steps()).isZero();
            // what follows is as if nothing had been
            workshop.loss = sound;
            workshop.step(1e-3, 1, 1, budget).run(batch);
            untouched.step(1e-3, 1, 1, budget).run(batch);
            assertThat(workshop.policy.checksum()).isEqualTo(untouched.policy.checksum());
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
        try (Workshop workshop = new Workshop(1)) {
            UpdateStatistics statistics = workshop.step(
                            learningRate, miniBatches, epochs, new MemoryBudget(microTokens, false, false))
                    .run(batch(workshop.policy))
                    .statistics();
            return new Outcome(workshop.policy.checksum(), statistics);
        }
    }

    /// A policy with all that moves it.
    private static final class Workshop implements AutoCloseable {
        private final Policy policy;
        private final AdamW optimizer;
        private final Replicas replicas;
        private TokenLoss loss = new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 0), Optional.empty(), 0);

        Workshop(int count) throws Exception {
            this(count, Policy.load(GoldenModel.directory(), PolicyOptions.cpu()));
        }

        Workshop(int count, Policy policy) {
            this.policy = policy;
            optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.01, 1));
            replicas = Replicas.of(policy, count);
        }

        UpdateStep step(double learningRate, int miniBatches, int epochs, MemoryBudget budget) {
            return new UpdateStep(
                    replicas,
                    null,
                    optimizer,
                    loss,
                    new UpdateSettings(
                            Aggregation.of(Aggregation.Mode.TOKEN_MEAN),
                            miniBatches,
                            epochs,
                            new LearningRate(learningRate, 0, 0)),
                    budget);
        }

        /// Those of the last mini-batch.
        List<float[]> gradients() {
            try (NDManager step = policy.manager().newSubManager()) {
                return replicas.gradients(step).stream()
                        .map(NDArray::toFloatArray)
                        .toList();
            }
        }

        @Override
        public void close() {
            replicas.close();
            optimizer.close();
            policy.close();
        }
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
