package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import dev.hone.task.curriculum.NextTask;
import dev.hone.task.curriculum.Plan;
import dev.hone.task.dataset.Dataset;
import dev.hone.task.dataset.DatasetException;
import org.springframework.stereotype.Component;

/// Issues a group: the first attempt at each sample of one task.
@Component
class GroupIssuer {

    private final TaskGroups groups;
    private final Attempts attempts;
    private final Datasets datasets;

    GroupIssuer(TaskGroups groups, Attempts attempts, Datasets datasets) {
        this.groups = groups;
        this.attempts = attempts;
        this.datasets = datasets;
    }

    /// @param number of the group within its phase
    /// @throws DatasetException if the dataset is gone
    void issue(Run run, RunConfig config, Plan plan, Phase phase, int number, NextTask next) {
        Dataset dataset = datasets.of(run, config);
        Task task = (phase.purpose() == Purpose.TRAIN ? dataset.training() : dataset.validation()).get(next.index());
        int samples = plan.samples(phase);
        TaskGroup group =
                groups.save(new TaskGroup(run.id(), phase.purpose(), phase.step(), number, next, task, samples));
        for (int sample = 0; sample < samples; sample++) {
            attempts.issue(config, phase, group, task, sample, 0);
        }
    }
}
