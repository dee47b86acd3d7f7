package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.task.Task;

/// `format`: the share of the tool calls that could be understood, `understood / (understood + broken)`; 1 where there
/// is no call. Broken are calls that were not understood, and marks of a call in the text that belong to none.
final class Format implements Judge {

    static final String NAME = "format";

    @Override
    public String description() {
        return "tool calls that could be understood / all tool calls; 1 without calls";
    }

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        int understood = 0;
        int broken = 0;
        for (Message message : episode.messages()) {
            if (!message.role().equals("assistant")) {
                continue;
            }
            int calls = message.toolCalls().size();
            int malformed = (int) message.toolCalls().stream()
                    .filter(Message.ToolCall::malformed)
                    .count();
            int opened = ToolCallTags.opened(message.content());
            int closed = ToolCallTags.closed(message.content());
            int marked = Math.max(opened, closed);
            int stray = Math.max(0, marked - calls);
            int bad = Math.max(malformed + stray, Math.abs(opened - closed));
            broken += bad;
            understood += Math.max(marked, calls) - bad;
        }
        if (broken == 0) {
            return Score.full("Every tool call could be understood.");
        }
        return new Score(
                (double) understood / (understood + broken),
                "malformed-call",
                broken + " of " + (understood + broken) + " tool calls could not be understood.");
    }
}
