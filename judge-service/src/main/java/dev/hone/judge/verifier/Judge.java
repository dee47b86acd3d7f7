package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.task.Task;

/// Gives one score to a finished episode. A judge named by a run is a class on the class path with a public constructor
/// without parameters; one instance judges many episodes, from several threads.
@FunctionalInterface
public interface Judge {

    /// @param task the problem, with the reference answer in its metadata
    /// @param episode what the agent did; never a failed one
    /// @throws UnjudgeableException if no attempt at this task can be judged, for example because it has no answer
    /// @throws JudgeUnavailableException if what the judge needs is away: the episode is kept and judged later
    Score judge(Task task, EpisodeFinished episode);

    /// Whether it waits for another system. Such a judge judges several episodes at a time, beside the stream of
    /// finished ones, so that a slow answer holds up nobody else's verdict.
    default boolean remote() {
        return false;
    }

    /// For people: what its score is.
    default String description() {
        return "";
    }

    /// Called before a run begins.
    ///
    /// @throws dev.hone.contracts.run.InvalidConfigException if the judge cannot work as the run configures it
    default void check(JudgeConfig config) {}
}
