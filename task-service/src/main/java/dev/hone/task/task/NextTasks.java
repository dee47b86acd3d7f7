package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Phase;
import dev.hone.task.curriculum.Curriculum;
import dev.hone.task.curriculum.NextTask;
import dev.hone.task.curriculum.Plan;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/// Asks the [Curriculum], with what the ledger knows: which positions of the order are taken, which tasks rest, and
/// how difficult each was. Only steps that the policy must have been trained by before a step may begin count as
/// measured, so that the choice does not hang on who was faster.
@Component
class NextTasks {

    private final TaskGroups groups;

    NextTasks(TaskGroups groups) {
        this.groups = groups;
    }

    /// The tasks of a phase, by group.
    List<NextTask> of(Run run, RunConfig config, Plan plan, Phase phase) {
        if (phase.purpose() == Purpose.EVAL) {
            return IntStream.range(0, plan.validationTasks())
                    .mapToObj(index -> new NextTask(index, null))
                    .toList();
        }
        int step = phase.step();
        return new Curriculum(config, plan.order())
                .batch(step, cursor(run), measured(run, config, step), resting(run, config, step));
    }

    /// A task for a group in place of one of the phase's; empty if the phase has had every task.
    Optional<NextTask> inPlace(Run run, RunConfig config, Plan plan, Phase phase) {
        int step = phase.step();
        Set<Integer> taken = groups.taken(run.id().value(), step, step);
        return new Curriculum(config, plan.order())
                .replacement(step, cursor(run), measured(run, config, step), resting(run, config, step), taken).stream()
                        .findFirst();
    }

    private long cursor(Run run) {
        return groups.lastPosition(run.id().value()).orElse(-1L) + 1;
    }

    private List<Curriculum.Measured> measured(Run run, RunConfig config, int step) {
        if (!config.taskReader().curriculum().byDifficulty()) {
            return List.of();
        }
        int through = step - 1 - config.trainerCommon().maxStaleness();
        return groups.measured(run.id().value(), through).stream()
                .map(task -> new Curriculum.Measured(
                        task.getTaskIndex(), task.getStep(), task.getPassed(), task.getJudged()))
                .toList();
    }

    private Set<Integer> resting(Run run, RunConfig config, int step) {
        return config.taskReader().curriculum().byDifficulty()
                ? groups.taken(
                        run.id().value(),
                        step - config.taskReader().curriculum().restSteps(),
                        step - 1)
                : Set.of();
    }
}
