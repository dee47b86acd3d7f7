package dev.hone.rollout.endpoint;

import dev.hone.rollout.recorder.Request;
import dev.hone.rollout.workflow.Tuner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A chat completion's request, as OpenAI's API has it. Fields that are not known are let be; those that would change
/// what is sampled are either served, refused, or told of as ignored: docs/endpoint.md says which.
///
/// @param model the name that was asked for
/// @param request for the recorder
/// @param stream whether the answer is sent as events
/// @param usageInStream whether the last event tells the usage
/// @param logProbs whether each token's log-probability is told
/// @param ignored names of fields that have no effect
record ChatRequest(
        String model, Request request, boolean stream, boolean usageInStream, boolean logProbs, List<String> ignored) {

    static final int MOST_SAMPLES = 16;
    private static final int MOST_STOPS = 16;
    private static final String UNSUPPORTED = "unsupported_value";
    private static final String INVALID = "invalid_value";
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Reads a body.
    ///
    /// @param temperature the run's
    /// @throws OpenAiException if it cannot be served
    static ChatRequest read(byte[] body, double temperature) {
        JsonNode json = json(body);
        String model = json.path("model").asString("");
        boolean trained = !model.equals(Tuner.UNTRAINED);
        if (trained && !model.equals(Tuner.TRAINED)) {
            throw OpenAiException.noModel("There is no model '" + model + "' here; use '" + Tuner.TRAINED
                    + "', which is trained, or '" + Tuner.UNTRAINED + "'.");
        }
        refuseUnsupported(json);
        List<Map<String, Object>> tools = tools(json.path("tools"));
        JsonNode asked = json.path("temperature");
        Request request = new Request(
                ChatMessages.read(json.path("messages")),
                tools,
                !tools.isEmpty() && !json.path("tool_choice").asString("auto").equals("none"),
                trained,
                true,
                number(json, "n", 1, 1, MOST_SAMPLES),
                maxTokens(json),
                stops(json.path("stop")),
                json.path("seed").isIntegralNumber() ? json.path("seed").asLong() : null,
                trained || !asked.isNumber() ? null : asked.asDouble());
        return new ChatRequest(
                model,
                request,
                json.path("stream").asBoolean(false),
                json.path("stream_options").path("include_usage").asBoolean(false),
                json.path("logprobs").asBoolean(false),
                ignored(json, trained, temperature));
    }

    /// The name of the model that a body asks for; empty if it names none.
    ///
    /// @throws OpenAiException if it is no JSON
    static String model(byte[] body) {
        return json(body).path("model").asString("");
    }

    private static JsonNode json(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw OpenAiException.refused("", INVALID, "The body is no JSON: " + e.getOriginalMessage());
        }
    }

    private static void refuseUnsupported(JsonNode json) {
        JsonNode choice = json.path("tool_choice");
        if (given(choice) && !Set.of("auto", "none").contains(choice.asString(""))) {
            throw OpenAiException.refused(
                    "tool_choice",
                    UNSUPPORTED,
                    "tool_choice " + choice + " would force what is sampled; use \"auto\" or \"none\".");
        }
        JsonNode format = json.path("response_format").path("type");
        if (given(format) && !format.asString("").equals("text")) {
            throw OpenAiException.refused(
                    "response_format",
                    UNSUPPORTED,
                    "response_format " + format
                            + " would force what is sampled; ask for it in words, or leave it out.");
        }
        if (json.path("top_logprobs").asInt(0) > 0) {
            throw OpenAiException.refused(
                    "top_logprobs",
                    UNSUPPORTED,
                    "Only the sampled token's log-probability is known; set top_logprobs to 0 or leave it out.");
        }
        for (String old : List.of("functions", "function_call", "audio", "prediction")) {
            if (given(json.path(old))) {
                throw OpenAiException.refused(
                        old, UNSUPPORTED, old + " is not served; use messages, tools and tool_choice.");
            }
        }
    }

    private static List<String> ignored(JsonNode json, boolean trained, double temperature) {
        List<String> ignored = new ArrayList<>();
        if (trained && differs(json.path("temperature"), temperature)) {
            ignored.add("temperature");
        }
        if (differs(json.path("top_p"), 1)) {
            ignored.add("top_p");
        }
        for (String penalty : List.of("presence_penalty", "frequency_penalty")) {
            if (differs(json.path(penalty), 0)) {
                ignored.add(penalty);
            }
        }
        if (!json.path("logit_bias").isEmpty()) {
            ignored.add("logit_bias");
        }
        if (json.path("parallel_tool_calls").isBoolean()
                && !json.path("parallel_tool_calls").asBoolean()) {
            ignored.add("parallel_tool_calls");
        }
        return ignored;
    }

    private static boolean differs(JsonNode value, double from) {
        return value.isNumber() && value.asDouble() != from;
    }

    private static List<Map<String, Object>> tools(JsonNode tools) {
        List<Map<String, Object>> schemas = new ArrayList<>();
        for (JsonNode tool : tools) {
            if (!tool.path("type").asString("").equals("function")
                    || tool.path("function").path("name").asString("").isEmpty()) {
                throw OpenAiException.refused(
                        "tools",
                        INVALID,
                        "A tool is {\"type\": \"function\", \"function\": {\"name\": …}}, not " + tool);
            }
            schemas.add(JSON.convertValue(tool, new TypeReference<>() {}));
        }
        return schemas;
    }

    private static int maxTokens(JsonNode json) {
        String name = given(json.path("max_completion_tokens")) ? "max_completion_tokens" : "max_tokens";
        return number(json, name, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    }

    private static List<String> stops(JsonNode stop) {
        List<String> stops = new ArrayList<>();
        if (stop.isString()) {
            stops.add(stop.asString());
        }
        stop.forEach(one -> stops.add(one.asString("")));
        if (stops.size() > MOST_STOPS || stops.contains("")) {
            throw OpenAiException.refused(
                    "stop",
                    INVALID,
                    "stop is a text or up to " + MOST_STOPS + " texts, none of them empty; not " + stop);
        }
        return stops;
    }

    private static int number(JsonNode json, String name, int otherwise, int least, int most) {
        JsonNode value = json.path(name);
        if (!given(value)) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > most) {
            throw OpenAiException.refused(
                    name, INVALID, name + " is a whole number from " + least + " to " + most + ", not " + value);
        }
        return value.asInt();
    }

    private static boolean given(@Nullable JsonNode value) {
        return value != null && !value.isMissingNode() && !value.isNull();
    }
}
