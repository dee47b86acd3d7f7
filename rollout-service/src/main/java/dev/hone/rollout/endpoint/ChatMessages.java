package dev.hone.rollout.endpoint;

import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Messages as OpenAI's API has them. `developer` is `system` under another name; contents are text, as a string or in
/// parts.
final class ChatMessages {

    private static final String PARAMETER = "messages";
    private static final String INVALID = "invalid_value";

    private ChatMessages() {}

    /// @throws OpenAiException if there are none, or one is not text
    static List<Message> read(JsonNode messages) {
        List<Message> read = new ArrayList<>();
        for (JsonNode message : messages) {
            String role = message.path("role").asString("");
            String text = text(message.path("content"));
            switch (role) {
                case "system", "developer" -> read.add(new Message("system", text, List.of(), null));
                case "user" -> read.add(new Message("user", text, List.of(), null));
                case "assistant" -> read.add(new Message("assistant", text, calls(message.path("tool_calls")), null));
                case "tool" ->
                    read.add(new Message(
                            "tool",
                            text,
                            List.of(),
                            message.path("tool_call_id").asString("")));
                default ->
                    throw OpenAiException.refused(
                            PARAMETER,
                            INVALID,
                            "A message's role is system, developer, user, assistant or tool, not '" + role + "'.");
            }
        }
        if (read.isEmpty() || read.getLast().role().equals("assistant")) {
            throw OpenAiException.refused(
                    PARAMETER,
                    INVALID,
                    read.isEmpty()
                            ? "There are no messages; give at least the user's."
                            : "The last message is the assistant's; end with the user's or a tool's.");
        }
        return read;
    }

    private static String text(JsonNode content) {
        if (content.isString()) {
            return content.asString();
        }
        List<String> parts = new ArrayList<>();
        for (JsonNode part : content) {
            String type = part.path("type").asString("");
            switch (type) {
                case "text" -> parts.add(part.path("text").asString(""));
                case "refusal" -> parts.add(part.path("refusal").asString(""));
                default ->
                    throw OpenAiException.refused(
                            PARAMETER, INVALID, "The policy reads text; leave out the part of type '" + type + "'.");
            }
        }
        return String.join("\n", parts);
    }

    private static List<Message.ToolCall> calls(JsonNode calls) {
        List<Message.ToolCall> read = new ArrayList<>();
        for (JsonNode call : calls) {
            JsonNode function = call.path("function");
            JsonNode arguments = function.path("arguments");
            read.add(new Message.ToolCall(
                    call.path("id").asString(""),
                    function.path("name").asString(""),
                    arguments.isString() ? arguments.asString() : arguments.toString(),
                    false));
        }
        return read;
    }
}
