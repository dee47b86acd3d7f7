package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import dev.hone.task.curriculum.NextTask;
import dev.hone.task.curriculum.Plan;
import dev.hone.task.dataset.DatasetException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Dynamic sampling: a training group whose rewards are all alike teaches nothing, so that a group of another task is
/// sampled in its place, until the step has as many others as it asks for or `data.max_resample` are replaced.
/// (Yu et al., "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", 2025, section 3.2.)
@Component
class Replacements {

    private final TaskGroups groups;
    private final NextTasks nextTasks;
    private final GroupIssuer issuer;

    Replacements(TaskGroups groups, NextTasks nextTasks, GroupIssuer issuer) {
        this.groups = groups;
        this.nextTasks = nextTasks;
        this.issuer = issuer;
    }

    /// Issues a group in place of one that is about to be closed, if it is to be replaced.
    ///
    /// @return whether it is
    /// @throws DatasetException if the dataset is gone
    boolean replace(Run run, Phase phase, List<GroupClosed.Member> members) {
        RunConfig config = run.config().orElseThrow();
        if (config.data().maxResample() == 0
                || phase.purpose() != Purpose.TRAIN
                || run.state().terminal()
                || !alike(members)) {
            return false;
        }
        int issued = groups.countByRunAndPurposeAndStep(run.id().value(), phase.purpose(), phase.step());
        if (issued - phase.groups() >= config.data().maxResample()) {
            return false;
        }
        Plan plan = run.plan().orElseThrow();
        Optional<NextTask> next = nextTasks.inPlace(run, config, plan, phase);
        next.ifPresent(task -> issuer.issue(run, config, plan, phase, issued, task));
        return next.isPresent();
    }

    /// As the learner sees it. A group that nobody judged failed, which is another matter.
    private static boolean alike(List<GroupClosed.Member> members) {
        return members.stream()
                        .mapToDouble(GroupClosed.Member::reward)
                        .distinct()
                        .count()
                == 1;
    }
}
