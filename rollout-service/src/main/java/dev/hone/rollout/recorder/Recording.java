package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Trajectory;
import java.util.List;

/// What an episode left behind.
///
/// @param messages the conversation as the model wrote and read it; that of the longest timeline
/// @param trajectory every timeline, those that begin another one absorbed
/// @param usage what it took
public record Recording(List<Message> messages, Trajectory trajectory, EpisodeFinished.Usage usage) {

    /// Nothing was recorded.
    public static final Recording NONE =
            new Recording(List.of(), new Trajectory(List.of()), EpisodeFinished.Usage.NONE);

    public Recording {
        messages = List.copyOf(messages);
    }
}
