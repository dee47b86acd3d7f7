package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls that are a JSON object with a name and an object of arguments.
final class CallJson {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CallJson() {}

    /// The call that the text says; malformed if it says none.
    ///
    /// @param arguments names of the member that holds the arguments; the first that is there counts
    static Message.ToolCall call(String text, String id, String... arguments) {
        JsonNode call = read(text);
        String name = call == null ? "" : call.path("name").asString("");
        if (call != null && !name.isEmpty()) {
            for (String member : arguments) {
                if (call.path(member).isObject()) {
                    return new Message.ToolCall(id, name, call.path(member).toString(), false);
                }
            }
        }
        return new Message.ToolCall(id, name, text, true);
    }

    static @Nullable JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }

    /// A string as JSON.
    static String quoted(String text) {
        return JSON.writeValueAsString(text);
    }
}
