package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;

/// Hermes' format, which Qwen's models use: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, any number,
/// anywhere in an answer.
public final class HermesToolCalls implements ToolCallFormat {

    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";

    /// What the model is told of a call that could not be understood.
    public static final String HOW_TO_CALL =
            "error: this is no tool call; write <tool_call>\n{\"name\": ..., \"arguments\": {...}}\n</tool_call>";

    @Override
    public Answer read(String answer, String idPrefix) {
        StringBuilder text = new StringBuilder();
        List<Message.ToolCall> calls = new ArrayList<>();
        int from = 0;
        for (int open = answer.indexOf(OPEN); open >= 0; open = answer.indexOf(OPEN, from)) {
            text.append(answer, from, open);
            int close = answer.indexOf(CLOSE, open);
            String inner = answer.substring(open + OPEN.length(), close < 0 ? answer.length() : close)
                    .strip();
            String id = idPrefix + calls.size();
            calls.add(close < 0 ? new Message.ToolCall(id, "", inner, true) : CallJson.call(inner, id, "arguments"));
            from = close < 0 ? answer.length() : close + CLOSE.length();
        }
        text.append(answer, from, answer.length());
        return new Answer(calls.isEmpty() ? answer : text.toString().strip(), calls);
    }

    @Override
    public String write(Message.ToolCall call) {
        return OPEN + "\n{\"name\": " + CallJson.quoted(call.name()) + ", \"arguments\": " + call.arguments() + "}\n"
                + CLOSE;
    }

    @Override
    public String howToCall() {
        return HOW_TO_CALL;
    }
}
