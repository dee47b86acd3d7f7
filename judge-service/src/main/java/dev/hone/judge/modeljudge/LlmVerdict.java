package dev.hone.judge.modeljudge;

import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the language model says.
///
/// @param agrees whether the candidate's answer states what the reference states
/// @param reason why, for people
record LlmVerdict(boolean agrees, String reason) {

    static final String AGREES = "agrees";

    private static final String REASON = "reason";
    private static final int SHOWN = 300;

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    LlmVerdict {
        reason = reason.length() <= SHOWN ? reason : reason.substring(0, SHOWN) + "…";
    }

    /// The verdict in a response of `/chat/completions`: the first choice's content is, as a whole, an object as
    /// [LlmPrompt#SCHEMA] has it, and the model ended by itself. Anything else is none.
    static Optional<LlmVerdict> read(String response) {
        try {
            JsonNode choice = STRICT.readTree(response).path("choices").path(0);
            JsonNode finish = choice.path("finish_reason");
            JsonNode content = choice.path("message").path("content");
            boolean ended = finish.isMissingNode() || finish.isNull() || "stop".equals(finish.asString(""));
            return ended && content.isString() ? ofContent(content.stringValue()) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<LlmVerdict> ofContent(String content) {
        JsonNode verdict = STRICT.readTree(content);
        boolean valid = verdict.isObject()
                && Set.copyOf(verdict.propertyNames()).equals(Set.of(AGREES, REASON))
                && verdict.get(AGREES).isBoolean()
                && verdict.get(REASON).isString();
        return valid
                ? Optional.of(new LlmVerdict(
                        verdict.get(AGREES).booleanValue(), verdict.get(REASON).stringValue()))
                : Optional.empty();
    }
}
