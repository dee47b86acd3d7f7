package dev.hone.task.curriculum;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which training tasks come next. Without a curriculum these are the next of the [TaskOrder]. With the type
/// `difficulty` a share of a batch, `1 - explore`, goes to tasks whose difficulty is known: those whose pass rate, in
/// the last group that was closed, is nearest to `target_pass_rate`; of equally near ones those measured longest ago,
/// then by a hash of seed, step and task. Tasks that all or none of the samples solved teach nothing now, and tasks
/// taken in the last `rest_steps` steps rest: both come again in the order's turn only. What the known tasks do not
/// fill is the order's.
///
/// A function of its arguments alone, so that it survives whatever the ledger survives.
public final class Curriculum {

    private final RunConfig config;
    private final TaskOrder order;

    public Curriculum(RunConfig config, TaskOrder order) {
        this.config = config;
        this.order = order;
    }

    /// What the ledger knows of a task.
    ///
    /// @param index the task
    /// @param step of the last group that counts as measured
    /// @param passed members of that group that solved the task
    /// @param judged members of that group
    public record Measured(int index, int step, long passed, long judged) {

        double passRate() {
            return (double) passed / judged;
        }

        boolean informative() {
            return passed > 0 && passed < judged;
        }
    }

    /// The tasks of a step.
    ///
    /// @param cursor first position of the order that no group has taken
    /// @param measured tasks whose difficulty is known
    /// @param resting tasks taken in the last steps
    public List<NextTask> batch(int step, long cursor, List<Measured> measured, Set<Integer> resting) {
        int size = config.data().trainBatchSize();
        TaskReaderConfig.Curriculum curriculum = config.taskReader().curriculum();
        if (!curriculum.byDifficulty()) {
            return inOrder(cursor, size, new HashSet<>(), false);
        }
        int known = size - (int) Math.ceil(curriculum.explore() * size - 1e-9);
        List<NextTask> batch = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        Deque<Integer> candidates = byDifficulty(step, measured, resting);
        while (batch.size() < known && !candidates.isEmpty()) {
            int index = candidates.removeFirst();
            taken.add(index);
            batch.add(new NextTask(index, null));
        }
        batch.addAll(inOrder(cursor, size - batch.size(), taken, true));
        return batch;
    }

    /// A task in place of one whose group taught nothing: one that the step has not had. Empty if it has had all.
    ///
    /// @param taken tasks of the step's groups
    public List<NextTask> replacement(
            int step, long cursor, List<Measured> measured, Set<Integer> resting, Set<Integer> taken) {
        if (taken.size() >= order.tasks()) {
            return List.of();
        }
        if (config.taskReader().curriculum().byDifficulty()) {
            Deque<Integer> candidates = byDifficulty(step, measured, resting);
            candidates.removeIf(taken::contains);
            if (!candidates.isEmpty()) {
                return List.of(new NextTask(candidates.getFirst(), null));
            }
        }
        return inOrder(cursor, 1, new HashSet<>(taken), true);
    }

    private Deque<Integer> byDifficulty(int step, List<Measured> measured, Set<Integer> resting) {
        double target = config.taskReader().curriculum().targetPassRate();
        return new ArrayDeque<>(measured.stream()
                .filter(task -> task.informative() && !resting.contains(task.index()))
                .sorted(Comparator.comparingDouble((Measured task) -> Math.abs(task.passRate() - target))
                        .thenComparingInt(Measured::step)
                        .thenComparingLong(task -> SplitMix64.mix(config.seed(), step, task.index()))
                        .thenComparingInt(Measured::index))
                .map(Measured::index)
                .toList());
    }

    /// The next of the order.
    ///
    /// @param distinct passes over tasks that are taken, as long as there are others
    private List<NextTask> inOrder(long cursor, int count, Set<Integer> taken, boolean distinct) {
        List<NextTask> next = new ArrayList<>();
        for (long position = cursor; next.size() < count; position++) {
            int index = order.at(position);
            boolean fresh = taken.add(index);
            if (fresh || !distinct || taken.size() >= order.tasks()) {
                next.add(new NextTask(index, position));
            }
        }
        return next;
    }
}
