package dev.hone.learner.episode;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import java.util.Map;

/// An episode that counts: it ended, and it has a verdict.
///
/// @param key which
/// @param trajectory every token
/// @param usage what it took
/// @param malformedCalls tool calls that could not be understood
/// @param reward what is trained on
/// @param success whether the task was solved
/// @param habits bad habits by name
public record JudgedEpisode(
        EpisodeKey key,
        Trajectory trajectory,
        EpisodeFinished.Usage usage,
        int malformedCalls,
        double reward,
        boolean success,
        Map<String, Boolean> habits) {}
