package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Message;
import java.util.List;

/// An answer as the agent gets it.
///
/// @param text without the calls, and without a stop text
/// @param calls what it wants to call; for an agent in this process malformed ones too, so that it goes on to
///     the tool's turn
/// @param finishReason `stop` or `length`
/// @param promptTokens tokens read
/// @param sampledTokens tokens sampled for it, those of calls that were answered here included
/// @param ids `int[N]`: the answer's tokens
/// @param logProbs `float[N]`: natural log-probability of each
public record Answer(
        String text,
        List<Message.ToolCall> calls,
        String finishReason,
        int promptTokens,
        int sampledTokens,
        int[] ids,
        float[] logProbs) {

    public Answer {
        calls = List.copyOf(calls);
    }
}
