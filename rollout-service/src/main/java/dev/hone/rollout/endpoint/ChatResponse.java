package dev.hone.rollout.endpoint;

import dev.hone.contracts.rollout.Message;
import dev.hone.rollout.recorder.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A chat completion, as OpenAI's API tells it: whole, or as a stream of events.
///
/// @param id of the completion
/// @param created seconds since 1970
/// @param asked what it answers
/// @param answers one for each sample
/// @param tokenTexts the texts of ids
record ChatResponse(
        String id, long created, ChatRequest asked, List<Answer> answers, Function<int[], List<String>> tokenTexts) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// The whole completion.
    Map<String, Object> completion() {
        List<Map<String, Object>> choices = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("role", "assistant");
            message.put("content", content(answer));
            message.put("refusal", null);
            if (!answer.calls().isEmpty()) {
                message.put("tool_calls", calls(answer, false));
            }
            Map<String, Object> choice = new LinkedHashMap<>();
            choice.put("index", i);
            choice.put("message", message);
            choice.put("logprobs", asked.logProbs() ? logProbs(tokens(answer)) : null);
            choice.put("finish_reason", finishReason(answer));
            choices.add(choice);
        }
        Map<String, Object> completion = envelope("chat.completion", choices);
        completion.put("usage", usage());
        return completion;
    }

    /// The completion as server-sent events. The policy's answer is there as a whole when the first is sent.
    String events() {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < answers.size(); i++) {
            for (Map<String, Object> choice : deltas(i, answers.get(i))) {
                event(events, List.of(choice), null);
            }
        }
        if (asked.usageInStream()) {
            event(events, List.of(), usage());
        }
        return events.append("data: [DONE]\n\n").toString();
    }

    private void event(StringBuilder events, List<Map<String, Object>> choices, @Nullable Map<String, Object> usage) {
        Map<String, Object> chunk = envelope("chat.completion.chunk", choices);
        if (asked.usageInStream()) {
            chunk.put("usage", usage);
        }
        events.append("data: ").append(JSON.writeValueAsString(chunk)).append("\n\n");
    }

    private List<Map<String, Object>> deltas(int index, Answer answer) {
        List<Map<String, Object>> deltas = new ArrayList<>();
        Map<String, Object> opening = new LinkedHashMap<>();
        opening.put("role", "assistant");
        opening.put("content", answer.calls().isEmpty() ? "" : null);
        deltas.add(delta(index, opening, null, null));
        List<Token> tokens = tokens(answer);
        String written = String.join("", tokens.stream().map(Token::text).toList());
        if (written.equals(answer.text())) {
            for (Token token : tokens) {
                deltas.add(delta(index, Map.of("content", token.text()), List.of(token), null));
            }
        } else if (!answer.text().isEmpty() || asked.logProbs()) {
            deltas.add(delta(index, Map.of("content", answer.text()), tokens, null));
        }
        if (!answer.calls().isEmpty()) {
            deltas.add(delta(index, Map.of("tool_calls", calls(answer, true)), null, null));
        }
        deltas.add(delta(index, Map.of(), null, finishReason(answer)));
        return deltas;
    }

    private Map<String, Object> delta(
            int index, Map<String, Object> delta, @Nullable List<Token> tokens, @Nullable String finishReason) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", index);
        choice.put("delta", delta);
        choice.put("logprobs", asked.logProbs() && tokens != null ? logProbs(tokens) : null);
        choice.put("finish_reason", finishReason);
        return choice;
    }

    private Map<String, Object> envelope(String object, List<Map<String, Object>> choices) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("id", id);
        envelope.put("object", object);
        envelope.put("created", created);
        envelope.put("model", asked.model());
        envelope.put("choices", choices);
        return envelope;
    }

    private Map<String, Object> usage() {
        int prompt = answers.getFirst().promptTokens();
        int sampled = answers.stream().mapToInt(Answer::sampledTokens).sum();
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", sampled);
        usage.put("total_tokens", prompt + sampled);
        return usage;
    }

    private static @Nullable String content(Answer answer) {
        return answer.text().isEmpty() && !answer.calls().isEmpty() ? null : answer.text();
    }

    private static String finishReason(Answer answer) {
        return answer.calls().isEmpty() ? answer.finishReason() : "tool_calls";
    }

    private static List<Map<String, Object>> calls(Answer answer, boolean indexed) {
        List<Map<String, Object>> calls = new ArrayList<>();
        for (Message.ToolCall call : answer.calls()) {
            Map<String, Object> function = new LinkedHashMap<>();
            function.put("name", call.name());
            function.put("arguments", call.arguments());
            Map<String, Object> one = new LinkedHashMap<>();
            if (indexed) {
                one.put("index", calls.size());
            }
            one.put("id", call.id());
            one.put("type", "function");
            one.put("function", function);
            calls.add(one);
        }
        return calls;
    }

    private record Token(String text, float logProb) {}

    private List<Token> tokens(Answer answer) {
        List<String> texts = tokenTexts.apply(answer.ids());
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            tokens.add(new Token(texts.get(i), answer.logProbs()[i]));
        }
        return tokens;
    }

    private static Map<String, Object> logProbs(List<Token> tokens) {
        List<Map<String, Object>> content = new ArrayList<>();
        for (Token token : tokens) {
            List<Integer> bytes = new ArrayList<>();
            for (byte b : token.text().getBytes(StandardCharsets.UTF_8)) {
                bytes.add(b & 0xff);
            }
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("token", token.text());
            one.put("logprob", token.logProb());
            one.put("bytes", bytes);
            one.put("top_logprobs", List.of());
            content.add(one);
        }
        Map<String, Object> logProbs = new LinkedHashMap<>();
        logProbs.put("content", content);
        logProbs.put("refusal", null);
        return logProbs;
    }
}
