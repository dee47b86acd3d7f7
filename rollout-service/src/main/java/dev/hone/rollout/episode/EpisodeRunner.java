package dev.hone.rollout.episode;

import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.endpoint.Endpoints;
import dev.hone.rollout.environment.Environments;
import dev.hone.rollout.environment.EpisodeEnvironment;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.recorder.Recording;
import dev.hone.rollout.workflow.FileWorkflows;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowCatalog;
import dev.hone.rollout.workflow.WorkflowOutput;
import dev.hone.tracing.LogContext;
import io.agentscope.core.shutdown.AgentShuttingDownException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Runs one episode from beginning to end. Whatever goes wrong becomes a failure in the result. An episode has its
/// time limit from its start on; how long it may have waited before is task-service's to judge, which renews deadlines
/// after it was away.
@Component
class EpisodeRunner {

    private static final Logger LOG = LoggerFactory.getLogger(EpisodeRunner.class);

    private static final Failure OVER =
            new Failure("episode-over", "The episode has ended; nothing is sampled for it any more.", false);

    private final WorkflowCatalog workflows;
    private final FileWorkflows files;
    private final Endpoints endpoints;
    private final Environments environments;
    private final Clock clock;

    EpisodeRunner(
            WorkflowCatalog workflows,
            FileWorkflows files,
            Endpoints endpoints,
            Environments environments,
            Clock clock) {
        this.workflows = workflows;
        this.files = files;
        this.endpoints = endpoints;
        this.environments = environments;
        this.clock = clock;
    }

    /// Whether there is room for further episodes' tool calls.
    boolean hasRoom() {
        return endpoints.hasRoom();
    }

    /// @throws InterruptedException if the worker is told to stop: then there is no result, and another takes
    ///     the episode
    EpisodeFinished run(TaskIssued issued) throws InterruptedException {
        return run(issued, tuner -> {});
    }

    /// @param opened is told when the episode's endpoint is open
    /// @throws InterruptedException as above
    EpisodeFinished run(TaskIssued issued, Consumer<EpisodeTuner> opened) throws InterruptedException {
        try (EpisodeEnvironment environment = environments.of(issued)) {
            return run(issued, environment, opened);
        }
    }

    private EpisodeFinished run(TaskIssued issued, EpisodeEnvironment environment, Consumer<EpisodeTuner> opened)
            throws InterruptedException {
        Instant started = clock.instant();
        Duration allowance = Duration.ofNanos(Math.round(issued.rollout().episodeTimeout() * 1e9));
        Deadline deadline = Deadline.in(allowance);
        Workflow workflow;
        EpisodeTuner tuner;
        try {
            String name = issued.rollout().userWorkflow();
            workflow = files.find(issued.episode().run(), name)
                    .orElseGet(() -> workflows.find(name).get());
            tuner = endpoints.open(issued, deadline);
        } catch (EpisodeFailedException e) {
            return finished(issued, null, null, e.failure(), started);
        } catch (IllegalArgumentException | IllegalStateException e) {
            Failure missing = new Failure("workflow-missing", "The run " + e.getMessage(), false);
            return finished(issued, null, null, missing, started);
        }
        try {
            environment.begin(deadline).ifPresent(tuner::within);
            opened.accept(tuner);
            WorkflowOutput output = within(deadline, workflow, issued, tuner);
            Failure failure =
                    tuner.failure().map(EpisodeFailedException::failure).orElse(null);
            if (failure != null) {
                return finished(issued, tuner, null, failure, started);
            }
            return finished(issued, tuner, evaluated(environment, output), null, started);
        } catch (ExecutionException e) {
            if (endsWithTheProcess(e)) {
                // Holds the place, so that no other attempt is spent, until the worker is told to stop as well.
                new CountDownLatch(1).await(Math.max(0, deadline.left().toNanos()), TimeUnit.NANOSECONDS);
                throw new InterruptedException("AgentScope takes no more work, for the process ends");
            }
            return finished(issued, tuner, null, failure(issued, tuner, e.getCause()), started);
        } catch (EpisodeFailedException e) {
            return finished(issued, tuner, null, e.failure(), started);
        } catch (TimeoutException e) {
            return finished(issued, tuner, null, timeout(allowance), started);
        } catch (InterruptedException e) {
            tuner.close(new EpisodeFailedException(
                    new Failure("interrupted", "The worker was told to stop; the attempt is repeated.", true)));
            throw e;
        } finally {
            endpoints.close(tuner);
        }
    }

    private static WorkflowOutput evaluated(EpisodeEnvironment environment, WorkflowOutput output) {
        return new WorkflowOutput(output.reward(), environment.evaluate(output.metadata()));
    }

    private static WorkflowOutput within(Deadline deadline, Workflow workflow, TaskIssued issued, EpisodeTuner tuner)
            throws InterruptedException, ExecutionException, TimeoutException {
        FutureTask<WorkflowOutput> task = new FutureTask<>(() -> {
            try (LogContext ignored = LogContext.of(issued.episode())) {
                return workflow.run(issued.task(), tuner);
            }
        });
        Thread thread =
                Thread.ofVirtual().name("episode-" + issued.episode().id()).start(task);
        try {
            return task.get(Math.max(0, deadline.left().toNanos()), TimeUnit.NANOSECONDS);
        } finally {
            // Ends the workflow's thread if it still runs; nothing that it does later counts.
            thread.interrupt();
        }
    }

    /// Whether AgentScope refused because the process ends. It hears of that by a hook of its own, at once.
    private static boolean endsWithTheProcess(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AgentShuttingDownException) {
                return true;
            }
        }
        return false;
    }

    private static Failure failure(TaskIssued issued, EpisodeTuner tuner, @Nullable Throwable cause) {
        Optional<EpisodeFailedException> known = tuner.failure();
        if (known.isPresent()) {
            return known.get().failure();
        }
        if (cause instanceof EpisodeFailedException e) {
            return e.failure();
        }
        LOG.warn("Workflow of {} failed", issued.episode().id(), cause);
        return new Failure(
                "workflow-error",
                "The workflow '" + issued.rollout().userWorkflow() + "' failed with " + cause
                        + "; see rollout-service's log and mend the workflow.",
                true);
    }

    private static Failure timeout(Duration allowance) {
        return new Failure(
                "episode-timeout",
                "The episode had not ended after " + allowance.toMillis() / 1000.0
                        + " s; raise rollout.episode_timeout.",
                true);
    }

    private EpisodeFinished finished(
            TaskIssued issued,
            @Nullable EpisodeTuner tuner,
            @Nullable WorkflowOutput output,
            @Nullable Failure failure,
            Instant started) {
        if (tuner != null) {
            tuner.close(new EpisodeFailedException(failure == null ? OVER : failure));
        }
        Recording recording = tuner == null ? Recording.NONE : tuner.recording();
        Trajectory trajectory = recording.trajectory();
        return new EpisodeFinished(
                issued.episode(),
                issued.task(),
                issued.judge(),
                failure,
                output == null ? Map.of() : output(output, recording),
                recording.messages(),
                trajectory.timelines().isEmpty() ? new byte[0] : trajectory.encode(),
                recording.usage(),
                started,
                clock.instant());
    }

    private static Map<String, String> output(WorkflowOutput output, Recording recording) {
        Map<String, String> map = new HashMap<>(output.asMap());
        map.put(EpisodeFinished.FINISH_REASON, recording.finishReason());
        return map;
    }
}
