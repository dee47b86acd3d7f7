package dev.hone.contracts.rollout;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// What a workflow tells the model before the question: the one home of a prompt, so that rollouts and supervised
/// fine-tuning say the same, token for token.
///
/// @param system the system message
/// @param tools JSON schemas of functions as chat templates take them; key order is part of the prompt
public record AgentPrompt(String system, List<Map<String, Object>> tools) {

    /// The math agent's.
    public static final String MATH_AGENT = "math-agent";

    public AgentPrompt {
        tools = List.copyOf(tools);
    }

    /// The shipped prompt of that name.
    ///
    /// @throws IllegalArgumentException if none is shipped
    public static AgentPrompt shipped(String name) {
        try (InputStream in = AgentPrompt.class.getResourceAsStream(name + ".prompt.json")) {
            if (in == null) {
                throw new IllegalArgumentException(
                        "No prompt '" + name + "' is shipped; there is '" + MATH_AGENT + "'.");
            }
            return EventCodec.json().readValue(in, AgentPrompt.class);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the prompt '" + name + "'", e);
        }
    }
}
