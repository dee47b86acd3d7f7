package dev.hone.judge.verifier;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The two named bad habits of a tool-using agent, found in its conversation.
public final class Habits {

    private static final String PYTHON_TOOL = "execute_python_code";
    private static final Set<String> FINISH_TOOLS =
            Set.of("generate_response", "finish", "final_answer", "submit_answer");

    private Habits() {}

    /// Both habits by name, each true or false.
    public static Map<String, Boolean> of(List<Message> messages) {
        return Map.of(
                Verdict.MISSING_PRINT, missingPrint(messages),
                Verdict.EARLY_ANSWER, earlyAnswer(messages));
    }

    /// A call of the Python tool whose code prints nothing: it has no statement that would, and the tool answered
    /// nothing (code that fails has an error to read, which is another fault).
    private static boolean missingPrint(List<Message> messages) {
        Set<String> withAnswer = new HashSet<>();
        for (Message message : messages) {
            if (message.toolCallId() != null && !message.content().isBlank()) {
                withAnswer.add(message.toolCallId());
            }
        }
        return messages.stream()
                .flatMap(message -> message.toolCalls().stream())
                .filter(call -> call.name().equals(PYTHON_TOOL) && !call.malformed())
                .anyMatch(call -> !withAnswer.contains(call.id()) && !PythonOutput.isIn(code(call)));
    }

    private static String code(Message.ToolCall call) {
        try {
            JsonNode code = EventCodec.json().readTree(call.arguments()).path("code");
            return code.isString() ? code.stringValue() : "";
        } catch (JacksonException e) {
            return "";
        }
    }

    /// An answer (a box, or a call of a tool that ends the episode) in a turn that also calls a tool, or in an earlier
    /// one.
    private static boolean earlyAnswer(List<Message> messages) {
        boolean answered = false;
        for (Message message : messages) {
            if (!message.role().equals("assistant")) {
                continue;
            }
            long finishing = message.toolCalls().stream()
                    .filter(call -> FINISH_TOOLS.contains(call.name()))
                    .count();
            answered |= finishing > 0 || BoxedAnswer.isIn(ToolCallTags.textOutside(message.content()));
            int calls = Math.max(message.toolCalls().size(), ToolCallTags.opened(message.content()));
            if (answered && calls > finishing) {
                return true;
            }
        }
        return false;
    }
}
