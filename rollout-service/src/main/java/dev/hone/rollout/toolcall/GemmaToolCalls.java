package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Gemma 3's format. Its template knows neither tools nor their results, so that the workflow's system message says
/// which tools there are; a call is a fenced block, ```` ```tool_code ```` with `name(argument=value, …)` or
/// ```` ```json ```` with `{"name": …, "parameters": {…}}`, or that object alone; a result is the user's next message,
/// in a block ```` ```tool_output ````.
final class GemmaToolCalls implements ToolCallFormat {

    private static final Pattern BLOCK = Pattern.compile("(?s)```(tool_code|json)\\s*\\n(.*?)(```|\\z)");
    private static final Pattern OBJECT = Pattern.compile("(?s)\\s*\\{\\s*\"name\"\\s*:.*");
    private static final String USER = "user";

    @Override
    public Answer read(String answer, String idPrefix) {
        List<Message.ToolCall> calls = new ArrayList<>();
        if (OBJECT.matcher(answer).matches()) {
            calls.add(CallJson.call(answer.strip(), idPrefix + "0", "parameters", "arguments"));
            return new Answer("", calls);
        }
        StringBuilder text = new StringBuilder();
        Matcher blocks = BLOCK.matcher(answer);
        int from = 0;
        while (blocks.find()) {
            String inner = blocks.group(2).strip();
            boolean code = blocks.group(1).equals("tool_code");
            if (!code && !OBJECT.matcher(inner).matches()) {
                continue;
            }
            text.append(answer, from, blocks.start());
            from = blocks.end();
            String id = idPrefix + calls.size();
            if (blocks.group(3).isEmpty()) {
                calls.add(new Message.ToolCall(id, "", inner, true));
            } else {
                calls.add(code ? PythonCall.read(inner, id) : CallJson.call(inner, id, "parameters", "arguments"));
            }
        }
        text.append(answer, from, answer.length());
        return new Answer(calls.isEmpty() ? answer : text.toString().strip(), calls);
    }

    @Override
    public String write(Message.ToolCall call) {
        return "```json\n{\"name\": " + CallJson.quoted(call.name()) + ", \"parameters\": " + call.arguments()
                + "}\n```";
    }

    @Override
    public String howToCall() {
        return "error: this is no tool call; write a block ```tool_code with name(argument=value) in it";
    }

    /// Results become the user's words, and what the user says in a row becomes one message: the template takes turns.
    @Override
    public List<Message> asRead(List<Message> messages) {
        List<Message> read = new ArrayList<>();
        for (Message message : messages) {
            Message one = message.role().equals("tool")
                    ? new Message(USER, "```tool_output\n" + message.content() + "\n```", List.of(), null)
                    : message;
            if (one.role().equals(USER)
                    && !read.isEmpty()
                    && read.getLast().role().equals(USER)) {
                Message before = read.removeLast();
                read.add(new Message(USER, before.content() + "\n" + one.content(), List.of(), null));
            } else {
                read.add(one);
            }
        }
        return read;
    }
}
