package dev.hone.learner.training;

import dev.hone.contracts.Failure;
import dev.hone.learner.episode.Arrivals;
import dev.hone.learner.run.KnownRun;
import dev.hone.learner.run.Runs;
import dev.hone.tracing.LogContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The one thread that owns weights. It takes the oldest run that has not ended and stays with it to its end.
@Component
class TrainingThread implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingThread.class);

    private final Runs runs;
    private final RunTrainer trainer;
    private final Announcements announcements;
    private final Arrivals arrivals;
    private final LearnerProperties properties;
    private volatile @Nullable Thread thread;

    TrainingThread(
            Runs runs,
            RunTrainer trainer,
            Announcements announcements,
            Arrivals arrivals,
            LearnerProperties properties) {
        this.runs = runs;
        this.trainer = trainer;
        this.announcements = announcements;
        this.arrivals = arrivals;
        this.properties = properties;
    }

    @Override
    public void start() {
        Thread training = Thread.ofPlatform().name("training").unstarted(this::work);
        thread = training;
        training.start();
    }

    private boolean goOn() {
        return thread == Thread.currentThread();
    }

    private void work() {
        while (goOn()) {
            try {
                Optional<KnownRun> due = runs.nextDue();
                if (due.isEmpty()) {
                    arrivals.await(properties.poll().toMillis());
                } else {
                    train(due.get());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (!goOn()) {
                    return;
                }
                LOG.warn("The database does not answer; trying again: {}", e.toString());
                pause();
            }
        }
    }

    private void train(KnownRun run) throws InterruptedException {
        try (LogContext ignored = LogContext.of(run.run())) {
            trainer.train(run, this::goOn);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            if (!goOn()) {
                return;
            }
            if (TrainingFailure.passing(e)) {
                LOG.warn("Run {} starts again from its checkpoint: {}", run.run(), e.toString(), e);
                arrivals.await(properties.poll().toMillis());
                return;
            }
            Failure failure = TrainingFailure.of(e);
            LOG.error("Run {} failed ({}): {}", run.run(), failure.code(), failure.message(), e);
            announcements.failed(run.run(), failure);
        } catch (Error e) {
            LOG.error("Run {} broke the learner", run.run(), e);
            announcements.failed(
                    run.run(),
                    new Failure("learner-error", "The learner broke down: " + e + "; its log has more.", false));
        }
    }

    private void pause() {
        try {
            arrivals.await(4 * properties.poll().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Lets an update that is on its way come to its end, then stops.
    @Override
    public void stop() {
        Thread training = thread;
        thread = null;
        arrivals.raise();
        if (training == null) {
            return;
        }
        try {
            training.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
