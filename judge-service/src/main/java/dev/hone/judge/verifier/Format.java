package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.task.Task;

/// `format`: 1 if every tool call could be understood as one.
final class Format implements Judge {

    static final String NAME = "format";

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        for (Message message : episode.messages()) {
            if (!message.role().equals("assistant")) {
                continue;
            }
            for (Message.ToolCall call : message.toolCalls()) {
                if (call.malformed()) {
                    return Score.none("malformed-call", "A tool call could not be understood.");
                }
            }
            int opened = ToolCallTags.opened(message.content());
            int closed = ToolCallTags.closed(message.content());
            if (opened != closed) {
                return Score.none(
                        "malformed-call", opened + " <tool_call> but " + closed + " </tool_call> in one turn.");
            }
            if (opened > message.toolCalls().size()) {
                return Score.none("malformed-call", "A <tool_call> was left in the text.");
            }
        }
        return Score.full("Every tool call could be understood.");
    }
}
