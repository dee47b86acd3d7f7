package dev.hone.judge.verifier;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
                Verdict.MISSING_PRINT,
                !missingPrints(messages).isEmpty(),
                Verdict.EARLY_ANSWER,
                earlyAnswer(messages).isPresent());
    }

    /// Where the habits are seen, in the order of the conversation.
    public static List<HabitSighting> sightings(List<Message> messages) {
        return Stream.concat(missingPrints(messages).stream(), earlyAnswer(messages).stream())
                .sorted(Comparator.comparingInt(HabitSighting::message))
                .toList();
    }

    /// Calls of the Python tool whose code prints nothing: it has no statement that would, and the tool answered
    /// nothing (code that fails has an error to read, which is another fault).
    private static List<HabitSighting> missingPrints(List<Message> messages) {
        Set<String> withAnswer = new HashSet<>();
        for (Message message : messages) {
            if (message.toolCallId() != null && !message.content().isBlank()) {
                withAnswer.add(message.toolCallId());
            }
        }
        List<HabitSighting> silent = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            for (Message.ToolCall call : messages.get(i).toolCalls()) {
                if (call.name().equals(PYTHON_TOOL)
                        && !call.malformed()
                        && !withAnswer.contains(call.id())
                        && !PythonOutput.isIn(code(call))) {
                    silent.add(new HabitSighting(Verdict.MISSING_PRINT, i, call.id()));
                }
            }
        }
        return silent;
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
    /// one: where the answer stands.
    private static Optional<HabitSighting> earlyAnswer(List<Message> messages) {
        int answered = -1;
        for (int i = 0; i < messages.size(); i++) {
            Message message = messages.get(i);
            if (!message.role().equals("assistant")) {
                continue;
            }
            long finishing = message.toolCalls().stream()
                    .filter(call -> FINISH_TOOLS.contains(call.name()))
                    .count();
            if (answered < 0 && (finishing > 0 || BoxedAnswer.isIn(ToolCallTags.textOutside(message.content())))) {
                answered = i;
            }
            int calls = Math.max(message.toolCalls().size(), ToolCallTags.opened(message.content()));
            if (answered >= 0 && calls > finishing) {
                return Optional.of(new HabitSighting(Verdict.EARLY_ANSWER, answered, null));
            }
        }
        return Optional.empty();
    }
}
