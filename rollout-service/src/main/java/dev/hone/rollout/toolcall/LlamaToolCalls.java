package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Llama 3's format: an answer that is a call is nothing but `{"name": …, "parameters": {…}}`, with
/// `<|python_tag|>` before it or not; several are parted by `;`. An object without a name is an answer in JSON, no
/// call; after the tag everything is meant as a call.
final class LlamaToolCalls implements ToolCallFormat {

    private static final String TAG = "<|python_tag|>";

    @Override
    public Answer read(String answer, String idPrefix) {
        int tag = answer.indexOf(TAG);
        String text = tag < 0 ? "" : answer.substring(0, tag).strip();
        String said = (tag < 0 ? answer : answer.substring(tag + TAG.length())).strip();
        if (tag < 0 && !isCall(said)) {
            return new Answer(answer, List.of());
        }
        List<Message.ToolCall> calls = new ArrayList<>();
        for (String one : objects(said)) {
            calls.add(CallJson.call(one, idPrefix + calls.size(), "parameters", "arguments"));
        }
        return new Answer(text, calls);
    }

    /// Whether it begins as a call does. One that the token limit cut is meant as one as well.
    private static boolean isCall(String said) {
        JsonNode first = said.startsWith("{") ? CallJson.read(objects(said).getFirst()) : null;
        return first == null
                ? said.matches("(?s)\\{\\s*\"name\"\\s*:.*")
                : first.has("name") && (first.has("parameters") || first.has("arguments"));
    }

    /// The text's objects, parted at every `;` outside of braces and strings.
    private static List<String> objects(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            } else if (c == ';' && depth == 0) {
                parts.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        String last = text.substring(from).strip();
        if (!last.isEmpty() || parts.isEmpty()) {
            parts.add(last);
        }
        return parts;
    }

    @Override
    public String write(Message.ToolCall call) {
        return "{\"name\": " + CallJson.quoted(call.name()) + ", \"parameters\": " + call.arguments() + "}";
    }

    @Override
    public String howToCall() {
        return "error: this is no tool call; answer with {\"name\": ..., \"parameters\": {...}} and nothing else";
    }
}
