package dev.hone.rollout.recorder;

import dev.hone.contracts.rollout.Message;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request to the model of an episode.
///
/// @param messages the whole conversation as the agent knows it; an assistant's calls carry their arguments as
///     canonical JSON, or none where only their ids tell whether it is the recorded one
/// @param tools JSON schemas of functions
/// @param mayCall whether calls are taken out of the answer; otherwise they are text as any other
/// @param trained whether what is sampled counts in the loss
/// @param remote whether it comes over the endpoint: then malformed calls are answered here, and the noise
///     depends on what is asked instead of on when
/// @param samples how many answers
/// @param maxTokens of an answer at most, if fewer than the run allows
/// @param stops texts that end an answer and are no part of it
/// @param seed gives the same answer to the same request; null: each time another
/// @param temperature of untrained samples; null: the run's, which training needs
public record Request(
        List<Message> messages,
        List<Map<String, Object>> tools,
        boolean mayCall,
        boolean trained,
        boolean remote,
        int samples,
        int maxTokens,
        List<String> stops,
        @Nullable Long seed,
        @Nullable Double temperature) {

    public Request {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        stops = List.copyOf(stops);
        if (trained && temperature != null) {
            throw new IllegalArgumentException("Trained tokens are sampled at the run's temperature; give none.");
        }
    }

    /// The next answer for an agent in this process.
    static Request local(List<Message> messages, List<Map<String, Object>> tools, boolean trained) {
        return new Request(messages, tools, true, trained, false, 1, Integer.MAX_VALUE, List.of(), null, null);
    }
}
