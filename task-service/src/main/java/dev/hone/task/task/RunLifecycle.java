package dev.hone.task.task;

import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.PreflightReport.Problem;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.messaging.Outbox;
import dev.hone.task.curriculum.Plan;
import dev.hone.task.dataset.DatasetException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Takes what happens to a run, in whatever order the topics bring it. Each method locks the run's row first.
@Component
@Transactional
class RunLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(RunLifecycle.class);

    private final Runs runs;
    private final Ledger ledger;
    private final PhaseIssuer issuer;
    private final Datasets datasets;
    private final Outbox outbox;
    private final Clock clock;

    RunLifecycle(Runs runs, Ledger ledger, PhaseIssuer issuer, Datasets datasets, Outbox outbox, Clock clock) {
        this.runs = runs;
        this.ledger = ledger;
        this.issuer = issuer;
        this.datasets = datasets;
        this.outbox = outbox;
        this.clock = clock;
    }

    public void onSubmitted(RunSubmitted event) {
        Run run = lock(event.run());
        if (run.config().isPresent()) {
            return;
        }
        run.submitted(event.config(), clock.instant());
        if (run.state().terminal()) {
            return;
        }
        switch (datasets.prepare(run.id(), event.config())) {
            case Preparation.Unusable unusable -> fail(run, unusable.problem());
            case Preparation.Ready ready -> {
                run.prepared(ready.dataset(), clock.instant());
                reportPrepared(run, ready.plan());
                advance(run);
            }
        }
    }

    private void reportPrepared(Run run, Plan plan) {
        Map<String, String> facts = Map.of(
                "tasks_train", Integer.toString(run.trainingTasks()),
                "tasks_val", Integer.toString(run.validationTasks()),
                "steps", Integer.toString(plan.steps()));
        outbox.publish(
                Topics.TASK_RUN_REPORTED,
                new RunReported(run.id(), RunReported.State.PREPARED, null, facts, clock.instant()));
    }

    public void onControlled(RunControlled event) {
        Run run = lock(event.run());
        switch (event.action()) {
            case PAUSE -> {
                if (run.may(RunState.PAUSED)) {
                    run.to(RunState.PAUSED, event.reason(), clock.instant());
                }
            }
            case RESUME -> {
                if (run.state() == RunState.PAUSED) {
                    run.resume(clock.instant());
                    advance(run);
                }
            }
            case CANCEL -> stop(run, RunState.CANCELLED, "cancelled", event.reason());
        }
    }

    public void onPolicyUpdated(PolicyUpdated event) {
        Run run = lock(event.run());
        run.policyUpdated(event.version(), clock.instant());
        advance(run);
    }

    /// @param events of any runs, in order
    public void onJudged(List<EpisodeJudged> events) {
        Map<String, List<EpisodeJudged>> byRun = events.stream()
                .collect(Collectors.groupingBy(
                        event -> event.episode().run().value(), TreeMap::new, Collectors.toList()));
        byRun.forEach((id, ofRun) -> {
            Run run = lock(new RunId(id));
            withDataset(run, () -> ledger.judged(run, ofRun));
        });
    }

    public void onStepCompleted(StepCompleted event) {
        Run run = lock(event.run());
        if (!ledger.stepCompleted(event)) {
            return;
        }
        if (event.phase().last() && run.may(RunState.COMPLETING)) {
            run.to(RunState.COMPLETING, "", clock.instant());
        }
        advance(run);
    }

    public void onLearnerReported(RunReported event) {
        Run run = lock(event.run());
        switch (event.state()) {
            case PREPARED -> {}
            case COMPLETED -> {
                if (run.may(RunState.COMPLETED)) {
                    run.to(RunState.COMPLETED, "", clock.instant());
                    datasets.forget(run.id());
                }
            }
            case FAILED -> {
                Failure failure = event.failure();
                stop(run, RunState.FAILED, "run-failed", failure == null ? "The learner failed." : failure.message());
            }
        }
    }

    /// Ends leases that ran out.
    ///
    /// @param episodes of one run
    public void onOverdue(RunId id, List<String> episodes, Instant now) {
        Run run = lock(id);
        withDataset(run, () -> episodes.forEach(episode -> ledger.expire(run, episode, now)));
    }

    private void advance(Run run) {
        withDataset(run, () -> issuer.advance(run));
    }

    /// Issues; the run fails if its dataset is gone.
    private void withDataset(Run run, Runnable issuing) {
        try {
            issuing.run();
        } catch (DatasetException e) {
            fail(run, e.problem());
        }
    }

    private void fail(Run run, Problem problem) {
        String text = problem.key() + ": " + problem.message();
        LOG.warn("Run {} failed: {}", run.id(), text);
        stop(run, RunState.FAILED, "run-failed", text);
        outbox.publish(
                Topics.TASK_RUN_REPORTED,
                new RunReported(
                        run.id(),
                        RunReported.State.FAILED,
                        new Failure("dataset-unusable", text, false),
                        Map.of(),
                        clock.instant()));
    }

    private void stop(Run run, RunState state, String code, String why) {
        if (run.may(state)) {
            run.to(state, why, clock.instant());
            ledger.giveUp(run, code, why);
            datasets.forget(run.id());
        }
    }

    private Run lock(RunId id) {
        return runs.lock(id.value()).orElseGet(() -> {
            runs.announce(id.value(), clock.instant());
            return runs.lock(id.value()).orElseThrow();
        });
    }
}
