package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads Hermes tool calls: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, any number, anywhere in
/// an answer.
public final class HermesToolCalls {

    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private HermesToolCalls() {}

    /// An answer taken apart.
    ///
    /// @param text what stands outside the calls
    /// @param calls in order; one that is no JSON object with a name and an object of arguments, or that
    ///     never ends, is malformed
    public record Answer(String text, List<Message.ToolCall> calls) {
        public Answer {
            calls = List.copyOf(calls);
        }
    }

    /// Takes an answer apart.
    ///
    /// @param idPrefix begins the ids of its calls: `prefix0`, `prefix1`, …
    public static Answer read(String answer, String idPrefix) {
        StringBuilder text = new StringBuilder();
        List<Message.ToolCall> calls = new ArrayList<>();
        int from = 0;
        for (int open = answer.indexOf(OPEN); open >= 0; open = answer.indexOf(OPEN, from)) {
            text.append(answer, from, open);
            int close = answer.indexOf(CLOSE, open);
            String inner = answer.substring(open + OPEN.length(), close < 0 ? answer.length() : close);
            calls.add(call(inner.strip(), close >= 0, idPrefix + calls.size()));
            from = close < 0 ? answer.length() : close + CLOSE.length();
        }
        text.append(answer, from, answer.length());
        return new Answer(calls.isEmpty() ? answer : text.toString().strip(), calls);
    }

    private static Message.ToolCall call(String inner, boolean closed, String id) {
        JsonNode call = closed ? json(inner) : null;
        String name = call == null ? "" : call.path("name").asString("");
        if (call == null || name.isEmpty() || !call.path("arguments").isObject()) {
            return new Message.ToolCall(id, name, inner, true);
        }
        return new Message.ToolCall(id, name, call.path("arguments").toString(), false);
    }

    private static @Nullable JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        }
    }
}
