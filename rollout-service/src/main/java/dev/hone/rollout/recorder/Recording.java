package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import java.util.List;

/// What an episode left behind.
///
/// @param messages the conversation as the model wrote and read it; that of the longest
///     timeline with sampled tokens that count
/// @param trajectory every timeline, those that begin another one absorbed
/// @param finishReason of the last answer, `stop` or `length`; empty if there was none
/// @param usage what it took
public record Recording(
        List<Message> messages, Trajectory trajectory, String finishReason, EpisodeFinished.Usage usage) {

    /// Nothing was recorded.
    public static final Recording NONE =
            new Recording(List.of(), new Trajectory(List.of()), "", EpisodeFinished.Usage.NONE);

    public Recording {
        messages = List.copyOf(messages);
    }

    /// The messages that stand for the episode.
    ///
    /// @param leaves last turns of the timelines
    /// @param timelines theirs
    static List<Message> mainConversation(List<Turn> leaves, List<Timeline> timelines) {
        int main = -1;
        for (int i = 0; i < leaves.size(); i++) {
            if (main < 0 || weight(timelines.get(i)) >= weight(timelines.get(main))) {
                main = i;
            }
        }
        return main < 0 ? List.of() : leaves.get(main).wholeView();
    }

    private static long weight(Timeline timeline) {
        return timeline.tokenIds().length + (timeline.lossTokens() > 0 ? 1L << 32 : 0);
    }
}
