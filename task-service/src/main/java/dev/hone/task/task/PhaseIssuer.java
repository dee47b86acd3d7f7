package dev.hone.task.task;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.task.Phase;
import dev.hone.task.curriculum.NextTask;
import dev.hone.task.curriculum.Plan;
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
    private final NextTasks nextTasks;
    private final GroupIssuer groups;
    private final Clock clock;

    PhaseIssuer(IssuedPhases phases, NextTasks nextTasks, GroupIssuer groups, Clock clock) {
        this.phases = phases;
        this.nextTasks = nextTasks;
        this.groups = groups;
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
        phases.save(new IssuedPhase(run.id(), phase, clock.instant()));
        List<NextTask> tasks = nextTasks.of(run, config, plan, phase);
        for (int number = 0; number < tasks.size(); number++) {
            groups.issue(run, config, plan, phase, number, tasks.get(number));
        }
        run.phaseIssued(clock.instant());
        LOG.info(
                "Run {}: issued {} {} ({} groups of {}) under policy version {}",
                run.id(),
                phase.purpose().label(),
                phase.step(),
                phase.groups(),
                plan.samples(phase),
                run.policyVersion());
    }
}
