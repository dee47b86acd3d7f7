package dev.hone.gateway.page;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An episode's conversation as it is shown. All text is a model's or a tool's: templates escape it.
record Conversation(List<Turn> turns) {

    /// A message.
    ///
    /// @param text its text; an assistant's without the calls that are shown below it
    /// @param raw an assistant's text as the model wrote it, where `text` leaves something out; else null
    /// @param answers name of the tool that a tool message answers; null for others
    /// @param marks bad habits that it shows, in words
    record Turn(
            String role,
            String text,
            @Nullable String raw,
            List<Call> calls,
            @Nullable String answers,
            List<String> marks) {}

    /// A call of a tool.
    ///
    /// @param body its code where it has some, else its arguments
    record Call(String name, String body, boolean malformed, List<String> marks) {}

    static Conversation of(List<Message> messages, List<HabitSighting> sightings) {
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            int index = i;
            turns.add(turn(
                    messages.get(i),
                    messages,
                    sightings.stream()
                            .filter(sighting -> sighting.message() == index)
                            .toList()));
        }
        return new Conversation(turns);
    }

    private static Turn turn(Message message, List<Message> all, List<HabitSighting> sightings) {
        List<Call> calls = message.toolCalls().stream()
                .map(call -> new Call(call.name(), body(call), call.malformed(), words(sightings, call.id())))
                .toList();
        String text = message.toolCalls().stream().anyMatch(Message.ToolCall::malformed)
                ? message.content()
                : message.content().replaceAll("(?s)<tool_call>.*?(?:</tool_call>|\\z)", "");
        boolean cut = !calls.isEmpty() && !text.equals(message.content());
        return new Turn(
                message.role(),
                cut ? text.strip() : message.content(),
                cut ? message.content() : null,
                calls,
                message.toolCallId() == null ? null : tool(message.toolCallId(), all),
                words(sightings, null));
    }

    private static String tool(String id, List<Message> messages) {
        return messages.stream()
                .flatMap(message -> message.toolCalls().stream())
                .filter(call -> call.id().equals(id))
                .map(Message.ToolCall::name)
                .findFirst()
                .orElse("unknown tool");
    }

    private static List<String> words(List<HabitSighting> sightings, @Nullable String call) {
        return sightings.stream()
                .filter(sighting -> Objects.equals(sighting.toolCallId(), call))
                .map(sighting -> words(sighting.habit()))
                .toList();
    }

    static String words(String habit) {
        return switch (habit) {
            case Verdict.MISSING_PRINT -> "Missing print: this code prints nothing";
            case Verdict.EARLY_ANSWER -> "Early answer: given before the tool's result was read";
            default -> habit;
        };
    }

    private static String body(Message.ToolCall call) {
        try {
            JsonNode arguments = EventCodec.json().readTree(call.arguments());
            JsonNode code = arguments.path("code");
            return code.isString() && arguments.size() == 1 ? code.stringValue() : call.arguments();
        } catch (JacksonException e) {
            return call.arguments();
        }
    }
}
