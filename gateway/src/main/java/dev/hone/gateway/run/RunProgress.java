package dev.hone.gateway.run;

import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.Gate;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.Phase;
import dev.hone.gateway.event.RunEvents;
import dev.hone.messaging.Outbox;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// Mirrors what the services tell of a run into its row, its curve and its log.
@Service
public class RunProgress {

    private static final Logger LOG = LoggerFactory.getLogger(RunProgress.class);

    private final Runs runs;
    private final Curve curve;
    private final RunGauges gauges;
    private final RunEvents log;
    private final Outbox outbox;
    private final Clock clock;

    RunProgress(Runs runs, Curve curve, RunGauges gauges, RunEvents log, Outbox outbox, Clock clock) {
        this.runs = runs;
        this.curve = curve;
        this.gauges = gauges;
        this.log = log;
        this.outbox = outbox;
        this.clock = clock;
    }

    /// task-service tells how far it is.
    @Transactional
    public void onTaskReported(RunReported event) {
        change(event.run().value(), run -> {
            switch (event.state()) {
                case PREPARED -> run.taskPrepared(number(event.facts().get("steps")), clock.instant());
                case FAILED -> fail(run, event);
                case COMPLETED -> LOG.debug("task-service is done with run {}", run.name());
            }
        });
    }

    /// learner-service tells how far it is.
    @Transactional
    public void onLearnerReported(RunReported event) {
        change(event.run().value(), run -> {
            switch (event.state()) {
                case PREPARED -> run.learnerPrepared(clock.instant());
                case FAILED -> fail(run, event);
                case COMPLETED -> run.exported(event.facts().get(RunReported.EXPORT), clock.instant());
            }
        });
    }

    @Transactional
    public void onPolicyUpdated(PolicyUpdated event) {
        change(event.run().value(), run -> run.policyUpdated(event.version(), event.checksum()));
    }

    @Transactional
    public void onStepCompleted(StepCompleted event) {
        change(event.run().value(), run -> {
            if (curve.add(event)) {
                String type = event.phase().purpose() == Purpose.TRAIN ? RunEvents.STEP : RunEvents.EVALUATION;
                log.append(run.name(), type, StepRow.of(event));
                checkGates(run, event.phase().last());
            }
            run.stepCompleted(event.phase(), clock.instant());
        });
        gauges.refreshAfterCommit();
    }

    /// Tells once of each phase how far it is.
    @Transactional
    public void onGroupsClosed(List<GroupClosed> events) {
        Map<String, List<GroupClosed>> byRun = events.stream()
                .collect(Collectors.groupingBy(event -> event.run().value(), TreeMap::new, Collectors.toList()));
        byRun.forEach((name, closed) -> change(name, run -> {
            for (Phase phase : curve.close(closed)) {
                log.append(name, RunEvents.PROGRESS, curve.progress(name, phase));
            }
        }));
    }

    private void fail(Run run, RunReported event) {
        Failure failure = event.failure() == null
                ? new Failure("unknown", "A service gave the run up without a reason; see its log.", false)
                : event.failure();
        if (!run.state().terminal()) {
            run.fail(failure, clock.instant());
            stopTheServices(run, failure);
        }
    }

    private void checkGates(Run run, boolean over) {
        List<Gate> gates = run.config().gates();
        if (gates.isEmpty() || run.state().terminal()) {
            return;
        }
        Gates.failure(run.name(), gates, curve.rows(run.name()), over).ifPresent(failure -> {
            run.gateFailed(failure, clock.instant());
            stopTheServices(run, failure);
        });
    }

    /// Those that do not know yet stop too.
    private void stopTheServices(Run run, Failure failure) {
        outbox.publish(
                Topics.RUN_CONTROLLED,
                new RunControlled(run.id(), RunControlled.Action.CANCEL, failure.message(), clock.instant()));
    }

    /// Changes a run under its lock; a new state goes into the log. A run of another installation is no concern of this
    /// one.
    private void change(String name, Consumer<Run> change) {
        Run run = runs.lock(name).orElse(null);
        if (run == null) {
            LOG.debug("An event of run {} came, which is not known here", name);
            return;
        }
        RunState before = run.state();
        change.accept(run);
        if (run.state() != before) {
            LOG.info("Run {} is {}", name, run.state().label());
            log.append(name, RunEvents.RUN, RunChange.of(run));
        }
    }

    private static @Nullable Integer number(@Nullable String text) {
        return text != null && text.matches("\\d{1,9}") ? Integer.valueOf(text) : null;
    }
}
