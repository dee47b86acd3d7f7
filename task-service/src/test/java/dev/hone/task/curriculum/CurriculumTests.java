package dev.hone.task.curriculum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.RunConfig;
import dev.hone.task.curriculum.Curriculum.Measured;
import dev.hone.task.dataset.TestingConfigs;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurriculumTests {

    private static final int TASKS = 20;

    @Test
    void withoutACurriculumABatchIsTheNextOfTheOrderWhateverIsKnown() {
        RunConfig config = config("{type: none}");
        TaskOrder order = new TaskOrder(config, TASKS);
        List<NextTask> batch = new Curriculum(config, order).batch(6, 20, measured(), Set.of(order.at(21)));
        assertThat(batch)
                .containsExactly(
                        new NextTask(order.at(20), 20L),
                        new NextTask(order.at(21), 21L),
                        new NextTask(order.at(22), 22L),
                        new NextTask(order.at(23), 23L));
    }

    @Test
    void halfOfABatchAreTheTasksNearestToTheTarget() {
        List<NextTask> batch =
                curriculum("{type: difficulty, target_pass_rate: 0.5}").batch(9, 0, measured(), Set.of());
        // |rate - 0.5|: task 3 has 0.125, task 1 and 4 have 0.25 of which 4 was measured longer ago
        assertThat(batch.subList(0, 2)).containsExactly(new NextTask(3, null), new NextTask(4, null));
        assertThat(batch.subList(2, 4))
                .allSatisfy(next -> assertThat(next.position()).isNotNull());
    }

    @Test
    void anotherTargetPrefersEasierTasks() {
        List<NextTask> batch =
                curriculum("{type: difficulty, target_pass_rate: 0.9}").batch(9, 0, measured(), Set.of());
        assertThat(batch.subList(0, 2)).containsExactly(new NextTask(1, null), new NextTask(3, null));
    }

    @Test
    void tasksThatAllOrNoneSolvedAndTasksThatRestComeInTheOrdersTurnOnly() {
        List<NextTask> batch = curriculum("{type: difficulty, explore: 0}").batch(9, 0, measured(), Set.of(3, 4));
        assertThat(chosenByDifficulty(batch)).containsExactly(1);
        assertThat(batch).hasSize(4);
    }

    @Test
    void aBatchHasNoTaskTwiceAsLongAsThereAreOthers() {
        Curriculum curriculum = curriculum("{type: difficulty, explore: 0.5}");
        for (long cursor = 0; cursor < TASKS; cursor++) {
            assertThat(curriculum.batch(9, cursor, measured(), Set.of()))
                    .extracting(NextTask::index)
                    .doesNotHaveDuplicates();
        }
        RunConfig small = config("{type: difficulty, explore: 0.5}");
        assertThat(new Curriculum(small, new TaskOrder(small, 3)).batch(9, 0, List.of(), Set.of()))
                .hasSize(4);
    }

    @Test
    void theSameLedgerGivesTheSameBatchAndEqualTasksTakeTurns() {
        List<Measured> alike = IntStream.range(0, TASKS)
                .mapToObj(i -> new Measured(i, 1, 4, 8))
                .toList();
        Curriculum curriculum = curriculum("{type: difficulty, explore: 0}");
        assertThat(curriculum.batch(5, 0, alike, Set.of()))
                .isEqualTo(curriculum("{type: difficulty, explore: 0}").batch(5, 0, alike.reversed(), Set.of()))
                .isNotEqualTo(curriculum.batch(6, 0, alike, Set.of()));
    }

    @Test
    void aReplacementIsATaskThatTheStepHasNotHad() {
        RunConfig config = config("{type: none}");
        TaskOrder order = new TaskOrder(config, TASKS);
        Set<Integer> taken = Set.of(order.at(4), order.at(5));
        assertThat(new Curriculum(config, order).replacement(1, 4, List.of(), Set.of(), taken))
                .containsExactly(new NextTask(order.at(6), 6L));
        assertThat(curriculum("{type: difficulty}").replacement(9, 4, measured(), Set.of(), Set.of(3)))
                .containsExactly(new NextTask(4, null));
        Set<Integer> all = Set.copyOf(IntStream.range(0, TASKS).boxed().toList());
        assertThat(new Curriculum(config, order).replacement(1, 4, List.of(), Set.of(), all))
                .isEmpty();
    }

    /// Rates: task 0: 0, 1: 0.75, 2: 1, 3: 0.625, 4: 0.25.
    private static List<Measured> measured() {
        return List.of(
                new Measured(0, 2, 0, 8),
                new Measured(1, 5, 6, 8),
                new Measured(2, 2, 8, 8),
                new Measured(3, 6, 5, 8),
                new Measured(4, 3, 2, 8));
    }

    private static List<Integer> chosenByDifficulty(List<NextTask> batch) {
        return batch.stream()
                .filter(next -> Objects.isNull(next.position()))
                .map(NextTask::index)
                .toList();
    }

    private static Curriculum curriculum(String yaml) {
        RunConfig config = config(yaml);
        return new Curriculum(config, new TaskOrder(config, TASKS));
    }

    private static RunConfig config(String curriculum) {
        return TestingConfigs.read("""
            hone:
              task_reader: {curriculum: %s}
              data: {train_batch_size: 4}
            """.formatted(curriculum));
    }
}
