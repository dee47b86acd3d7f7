package dev.hone.rollout.toolcall;

import dev.hone.contracts.rollout.Message;
import java.util.ArrayList;
import java.util.List;

/// How a family of models writes its tool calls. Which one, its chat template tells.
public sealed interface ToolCallFormat permits HermesToolCalls, LlamaToolCalls, GemmaToolCalls {

    /// The format of a model with this chat template: Llama's and Gemma's by the marks that only their templates
    /// have, otherwise Hermes'.
    ///
    /// @param template its source
    static ToolCallFormat of(String template) {
        if (template.contains("<tool_call>")) {
            return new HermesToolCalls();
        }
        if (template.contains("<start_of_turn>")) {
            return new GemmaToolCalls();
        }
        if (template.contains("<|python_tag|>") || template.contains("<|start_header_id|>")) {
            return new LlamaToolCalls();
        }
        return new HermesToolCalls();
    }

    /// An answer taken apart.
    ///
    /// @param text what stands outside the calls
    /// @param calls in order; one that cannot be understood, or that never ends, is malformed
    record Answer(String text, List<Message.ToolCall> calls) {
        public Answer {
            calls = List.copyOf(calls);
        }
    }

    /// Takes an answer apart.
    ///
    /// @param idPrefix begins the ids of its calls: `prefix0`, `prefix1`, …
    Answer read(String answer, String idPrefix);

    /// One call as the model writes it.
    String write(Message.ToolCall call);

    /// What the model is told of a call that could not be understood.
    String howToCall();

    /// The message with its calls in the text, as the model would have written them.
    default Message written(Message message) {
        List<String> parts = new ArrayList<>();
        if (!message.content().isEmpty()) {
            parts.add(message.content());
        }
        for (Message.ToolCall call : message.toolCalls()) {
            if (!call.name().isEmpty()) {
                parts.add(write(call));
            }
        }
        return new Message(message.role(), String.join("\n", parts), message.toolCalls(), message.toolCallId());
    }

    /// Messages in the roles that the model's template knows.
    default List<Message> asRead(List<Message> messages) {
        return messages;
    }
}
