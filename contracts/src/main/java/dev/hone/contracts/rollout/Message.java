package dev.hone.contracts.rollout;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One message of an episode's conversation, as text: the view that judges and people read.
///
/// @param role `system`, `user`, `assistant` or `tool`
/// @param content its text; an assistant's with the tool calls as the model wrote them
/// @param toolCalls an assistant's calls as they were understood; empty for other roles
/// @param toolCallId which call a tool message answers; null for other roles
public record Message(
        String role,
        String content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId) {

    public Message {
        toolCalls = List.copyOf(toolCalls);
    }

    /// A call that the model made.
    ///
    /// @param id unique within the episode
    /// @param name the tool
    /// @param arguments a JSON object, as text; what the model wrote where it was malformed
    /// @param malformed whether it could not be understood as a call
    public record ToolCall(String id, String name, String arguments, boolean malformed) {}
}
