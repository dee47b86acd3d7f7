package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;

/// Gives one score to a finished episode. A judge named by a run is a class on the class path with a public constructor
/// without parameters; one instance judges many episodes, from several threads.
@FunctionalInterface
public interface Judge {

    /// @param task the problem, with the reference answer in its metadata
    /// @param episode what the agent did; never a failed one
    /// @throws UnjudgeableException if no attempt at this task can be judged, for example because it has no answer
    Score judge(Task task, EpisodeFinished episode);
}
