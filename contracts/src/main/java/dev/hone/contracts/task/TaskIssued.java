package dev.hone.contracts.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RolloutConfig;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// `task.task-issued.v1`: roll this episode out.
///
/// @param episode which
/// @param task the problem
/// @param seed of the episode's sampling noise: a function of the run's seed, step, group and sample, not of the
/// attempt
/// @param temperature to sample with; 0 is greedy
/// @param policyVersion the oldest version of the weights that may answer
/// @param deadline when task-service gives the attempt up
/// @param rollout the run's settings for rollouts
/// @param judge the run's settings for judging, handed on with the finished episode
/// @param environment where the episode gets its environment; null if it has none
/// @param project whose share of the rollouts it counts in; null from a task-service that does not say: nobody's
public record TaskIssued(
        EpisodeKey episode,
        Task task,
        long seed,
        double temperature,
        int policyVersion,
        Instant deadline,
        RolloutConfig rollout,
        JudgeConfig judge,
        @Nullable TaskEnvironment environment,
        @Nullable String project)
        implements Event {

    /// An episode without an environment, of nobody's project.
    public TaskIssued(
            EpisodeKey episode,
            Task task,
            long seed,
            double temperature,
            int policyVersion,
            Instant deadline,
            RolloutConfig rollout,
            JudgeConfig judge) {
        this(episode, task, seed, temperature, policyVersion, deadline, rollout, judge, null, null);
    }

    /// The group; the run, if it rolls out one episode at a time: then all of them arrive in the order of issue, and
    /// two runs with one seed do the same.
    @Override
    public String key() {
        return rollout.maxEnvWorker() == 1 ? episode.run().value() : episode.groupId();
    }
}
