package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.Topics;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.run.TaskReaderConfig.EnvironmentService;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskEnvironment;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.Outbox;
import dev.hone.task.curriculum.EpisodeSeed;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Hands out one attempt at a sample: its line in the ledger and its event commit together.
@Component
class Attempts {

    private final Episodes episodes;
    private final Outbox outbox;
    private final LedgerMetrics metrics;
    private final TaskProperties properties;
    private final Clock clock;

    Attempts(Episodes episodes, Outbox outbox, LedgerMetrics metrics, TaskProperties properties, Clock clock) {
        this.episodes = episodes;
        this.outbox = outbox;
        this.metrics = metrics;
        this.properties = properties;
        this.clock = clock;
    }

    /// @return its line
    Episode issue(RunConfig config, Phase phase, TaskGroup group, Task task, int sample, int attempt) {
        EpisodeKey key = group.episode(sample, attempt);
        Instant now = clock.instant();
        Instant deadline =
                now.plus(Lease.length(properties.lease(), config.rollout(), inFlight(config, phase, group.samples())));
        Episode episode = episodes.save(new Episode(key, now, deadline));
        metrics.issued(episode);
        outbox.publish(
                Topics.TASK_ISSUED,
                new TaskIssued(
                        key,
                        task,
                        EpisodeSeed.of(config.seed(), key),
                        temperature(config, key),
                        oldestVersion(config, phase),
                        deadline,
                        config.rollout(),
                        config.taskJudge(),
                        environment(config, task),
                        config.projectName()));
        return episode;
    }

    private static @Nullable TaskEnvironment environment(RunConfig config, Task task) {
        if (!config.taskReader().type().equals(TaskReaderConfig.ENV_SERVICE)) {
            return null;
        }
        EnvironmentService service = config.taskReader().envService();
        String taskId = Objects.requireNonNull(task.metadata().get(TaskEnvironment.TASK_ID));
        return new TaskEnvironment(service.envUrl(), service.envType(), taskId, service.callTimeout());
    }

    /// Training's temperature; in an evaluation its own, and another for the samples behind, which are for pass@k.
    static double temperature(RunConfig config, EpisodeKey episode) {
        RolloutConfig rollout = config.rollout();
        if (episode.purpose() == Purpose.TRAIN) {
            return rollout.temperature();
        }
        return episode.sample() < rollout.valNumRepeat()
                ? rollout.valTemperature()
                : config.trainerCommon().valPassTemperature();
    }

    /// Episodes that one of the phase may have to queue with: training steps are issued `max_staleness` ahead, and
    /// groups may be replaced.
    private static int inFlight(RunConfig config, Phase phase, int samples) {
        int phases =
                phase.purpose() == Purpose.TRAIN ? 1 + config.trainerCommon().maxStaleness() : 1;
        int groups = phase.groups()
                + (phase.purpose() == Purpose.TRAIN ? config.data().maxResample() : 0);
        return (int) Math.min(Integer.MAX_VALUE, (long) phases * groups * samples);
    }

    /// The oldest version of the weights that may answer in the phase. Step `s` trains version `s - 1`, so that none
    /// of its tokens is more than `max_staleness` behind.
    static int oldestVersion(RunConfig config, Phase phase) {
        return phase.purpose() == Purpose.EVAL
                ? phase.step()
                : Math.max(0, phase.step() - 1 - config.trainerCommon().maxStaleness());
    }
}
