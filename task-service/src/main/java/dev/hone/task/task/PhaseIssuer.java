package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import dev.hone.task.curriculum.Plan;
import dev.hone.task.dataset.Dataset;
import dev.hone.task.dataset.DatasetException;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Issues the phases of a run one after another, each whole and in one transaction, as soon as the policy is new
/// enough.
@Component
class PhaseIssuer {

    private static final Logger LOG = LoggerFactory.getLogger(PhaseIssuer.class);

    private final IssuedPhases phases;
    private final TaskGroups groups;
    private final Attempts attempts;
    private final Datasets datasets;
    private final Clock clock;

    PhaseIssuer(IssuedPhases phases, TaskGroups groups, Attempts attempts, Datasets datasets, Clock clock) {
        this.phases = phases;
        this.groups = groups;
        this.attempts = attempts;
        this.datasets = datasets;
        this.clock = clock;
    }

    /// Issues what may be issued now. Call with the run's row locked.
    ///
    /// @throws DatasetException if the dataset is gone
    void advance(Run run) {
        RunConfig config = run.config().orElse(null);
        Plan plan = run.plan().orElse(null);
        if (config == null || plan == null) {
            return;
        }
        while (issues(run) && run.issuedPhases() < plan.phases().size()) {
            Phase next = plan.phases().get(run.issuedPhases());
            List<Phase> open = phases.findByRunAndCompletedAtIsNull(run.id().value()).stream()
                    .map(IssuedPhase::phase)
                    .toList();
            if (!mayFollow(next, open) || run.policyVersion() < Attempts.oldestVersion(config, next)) {
                return;
            }
            issue(run, config, plan, next);
        }
    }

    private static boolean issues(Run run) {
        return run.state() == RunState.PREPARING || run.state() == RunState.RUNNING;
    }

    /// An evaluation waits for everything before it, and everything after it waits for the evaluation.
    static boolean mayFollow(Phase next, List<Phase> open) {
        return next.purpose() == Purpose.EVAL
                ? open.isEmpty()
                : open.stream().noneMatch(phase -> phase.purpose() == Purpose.EVAL);
    }

    private void issue(Run run, RunConfig config, Plan plan, Phase phase) {
        Dataset dataset = datasets.of(run, config);
        List<Task> split = phase.purpose() == Purpose.TRAIN ? dataset.training() : dataset.validation();
        phases.save(new IssuedPhase(run.id(), phase, clock.instant()));
        int[] tasks = plan.tasks(phase);
        int samples = plan.samples(phase);
        for (int number = 0; number < tasks.length; number++) {
            Task task = split.get(tasks[number]);
            TaskGroup group =
                    groups.save(new TaskGroup(run.id(), phase.purpose(), phase.step(), number, task, samples));
            for (int sample = 0; sample < samples; sample++) {
                attempts.issue(config, phase, group, task, sample, 0);
            }
        }
        run.phaseIssued(clock.instant());
        LOG.info(
                "Run {}: issued {} {} ({} groups of {}) under policy version {}",
                run.id(),
                phase.purpose().label(),
                phase.step(),
                phase.groups(),
                samples,
                run.policyVersion());
    }
}
