package dev.hone.task.curriculum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Phase;
import dev.hone.task.dataset.TestingConfigs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTests {

    @Test
    void evaluatesBeforeDuringAndAfterAndMarksTheLastPhase() {
        Plan plan = new Plan(config(4, "total_training_steps: 5, test_freq: 2"), 40, 7);
        assertThat(plan.phases().stream().map(PlanTests::label))
                .containsExactly(
                        "eval 0", "train 1", "train 2", "eval 2", "train 3", "train 4", "eval 4", "train 5", "eval 5");
        assertThat(plan.phases())
                .filteredOn(Phase::last)
                .containsExactly(plan.phases().getLast());
        assertThat(plan.phases().getFirst().groups()).isEqualTo(7);
        assertThat(plan.phases().get(1).groups()).isEqualTo(4);
    }

    @Test
    void endsWithTrainingIfNothingIsEvaluated() {
        Plan plan =
                new Plan(config(4, "total_training_steps: 2, val_before_train: false, val_after_train: false"), 40, 0);
        assertThat(plan.phases())
                .containsExactly(new Phase(Purpose.TRAIN, 1, 4, false), new Phase(Purpose.TRAIN, 2, 4, true));
    }

    @Test
    void evaluationAloneIsOnePhaseWithoutAStepWhateverTheRestSays() {
        Plan plan = new Plan(config(16, "val_only: true, total_epochs: 3, test_freq: 2, val_pass_n: 8"), 0, 7);
        assertThat(plan.steps()).isZero();
        assertThat(plan.phases()).containsExactly(new Phase(Purpose.EVAL, 0, 7, true));
        assertThat(plan.samples(plan.phases().getFirst())).isEqualTo(1 + 8);
    }

    @Test
    void evaluatesTheLastStepOnceIfItIsDueAnyway() {
        Plan plan = new Plan(config(4, "total_training_steps: 2, test_freq: 2, val_before_train: false"), 40, 3);
        assertThat(plan.phases().stream().map(PlanTests::label)).containsExactly("train 1", "train 2", "eval 2");
    }

    @Test
    void countsStepsFromEpochsByWholeBatches() {
        assertThat(new Plan(config(100, "total_epochs: 100"), 7473, 1).steps()).isEqualTo(7400);
        assertThat(new Plan(config(32, "total_training_steps: 3"), 7473, 1).steps())
                .isEqualTo(3);
    }

    @Test
    void everyEpochIsAPermutationAlthoughTheBatchDoesNotDivideIt() {
        Plan plan = new Plan(config(4, "total_training_steps: 15"), 10, 1);
        List<Integer> taken = new ArrayList<>();
        plan.phases().stream()
                .filter(phase -> phase.purpose() == Purpose.TRAIN)
                .forEach(phase -> taken.addAll(tasks(plan, phase.step(), 4)));
        assertThat(taken).hasSize(60);
        for (int epoch = 0; epoch < 6; epoch++) {
            assertThat(taken.subList(epoch * 10, epoch * 10 + 10))
                    .as("epoch %d", epoch)
                    .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        }
        assertThat(taken.subList(0, 10)).isNotEqualTo(taken.subList(10, 20));
    }

    @Test
    void sameSeedSameOrderAndAnotherSeedAnother() {
        Plan plan = new Plan(config(16, "total_epochs: 1"), 400, 1);
        assertThat(tasks(plan, 1, 16)).isEqualTo(tasks(new Plan(config(16, "total_epochs: 1"), 400, 1), 1, 16));
        assertThat(tasks(plan, 1, 16)).isNotEqualTo(tasks(new Plan(seeded(43), 400, 1), 1, 16));
    }

    @Test
    void shuffleStaysAsItWasWrittenDownOnce() {
        // A change of these numbers changes every run that is repeated or resumed.
        assertThat(Shuffle.order(10, 42, 0)).containsExactly(SHUFFLE_OF_TEN);
    }

    private static final int[] SHUFFLE_OF_TEN = {1, 4, 2, 8, 7, 0, 5, 6, 9, 3};

    @Test
    void mixesAsTheReferenceImplementationDoes() {
        // First outputs of Vigna's splitmix64.c for seed 1234567.
        SplitMix64 random = new SplitMix64(1234567);
        assertThat(random.next()).isEqualTo(6457827717110365317L);
        assertThat(random.next()).isEqualTo(3203168211198807973L);
        assertThat(random.next()).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
    }

    @Test
    void inOrderWithoutShuffle() {
        RunConfig config = TestingConfigs.read("""
            hone:
              task_reader: {shuffle: false}
              data: {train_batch_size: 4}
              trainer_common: {total_training_steps: 3}
            """);
        Plan plan = new Plan(config, 6, 1);
        assertThat(tasks(plan, 1, 4)).containsExactly(0, 1, 2, 3);
        assertThat(tasks(plan, 2, 4)).containsExactly(4, 5, 0, 1);
    }

    @Test
    void batchLargerThanTheDatasetIsRefusedUnlessStepsAreNamed() {
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> new Plan(config(16, "total_epochs: 2"), 10, 1))
                .withMessageContaining("only 10 training tasks")
                .satisfies(e -> assertThat(e.key()).isEqualTo("hone.data.train_batch_size"));
        assertThat(tasks(new Plan(config(16, "total_training_steps: 1"), 10, 1), 1, 16))
                .hasSize(16);
    }

    @Test
    void episodeSeedIsAFunctionOfTheSampleAndNotOfTheAttempt() {
        RunId run = new RunId("r");
        long seed = EpisodeSeed.of(42, new EpisodeKey(run, Purpose.TRAIN, 1, 2, 3, 0));
        assertThat(EpisodeSeed.of(42, new EpisodeKey(run, Purpose.TRAIN, 1, 2, 3, 2)))
                .isEqualTo(seed);
        assertThat(List.of(
                        EpisodeSeed.of(43, new EpisodeKey(run, Purpose.TRAIN, 1, 2, 3, 0)),
                        EpisodeSeed.of(42, new EpisodeKey(run, Purpose.EVAL, 1, 2, 3, 0)),
                        EpisodeSeed.of(42, new EpisodeKey(run, Purpose.TRAIN, 2, 1, 3, 0)),
                        EpisodeSeed.of(42, new EpisodeKey(run, Purpose.TRAIN, 1, 3, 2, 0)),
                        EpisodeSeed.of(42, new EpisodeKey(run, Purpose.TRAIN, 1, 2, 4, 0))))
                .doesNotHaveDuplicates()
                .doesNotContain(seed);
    }

    /// What a step takes of the order.
    private static List<Integer> tasks(Plan plan, int step, int batch) {
        TaskOrder order = plan.order();
        return IntStream.range((step - 1) * batch, step * batch)
                .mapToObj(order::at)
                .toList();
    }

    private static String label(Phase phase) {
        return phase.purpose().label() + " " + phase.step();
    }

    private static RunConfig config(int batch, String trainer) {
        return TestingConfigs.read("""
            hone:
              data: {train_batch_size: %d}
              trainer_common: {%s}
            """.formatted(batch, trainer));
    }

    private static RunConfig seeded(long seed) {
        return TestingConfigs.read("""
            hone:
              seed: %d
              data: {train_batch_size: 16}
            """.formatted(seed));
    }
}
