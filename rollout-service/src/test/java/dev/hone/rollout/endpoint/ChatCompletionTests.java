package dev.hone.rollout.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingPolicy;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.Access;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.toolcall.HermesToolCalls;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests and answers as OpenAI's API has them, on one episode and without HTTP.
class ChatCompletionTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String USER = "{'role': 'user', 'content': 'hi'}";
    private static final String TOOLS =
            "'tools': [{'type': 'function', 'function': {'name': 'f', 'parameters': {'type': 'object'}}}]";
    private static final String CALL =
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1, \"b\": [2]}}\n</tool_call>";
    private static final String BROKEN = "<tool_call>\nf(1)\n</tool_call>";

    private final ModelText model = TestingEpisodes.model();

    @Test
    void answersInTheFormOfTheApi() {
        JsonNode completion = completion(tuner("Grüß dich, 中"), ask(USER, "'logprobs': true"));

        assertThat(completion.path("object").asString()).isEqualTo("chat.completion");
        assertThat(completion.path("id").asString()).startsWith("chatcmpl-");
        JsonNode choice = completion.path("choices").path(0);
        assertThat(choice.path("message").path("role").asString()).isEqualTo("assistant");
        assertThat(choice.path("message").path("content").asString()).isEqualTo("Grüß dich, 中");
        assertThat(choice.path("message").has("tool_calls")).isFalse();
        assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
        int prompt = completion.path("usage").path("prompt_tokens").asInt();
        int sampled = completion.path("usage").path("completion_tokens").asInt();
        assertThat(sampled).isEqualTo(model.tokenizer().encode("Grüß dich, 中").length + 1);
        assertThat(completion.path("usage").path("total_tokens").asInt()).isEqualTo(prompt + sampled);
        JsonNode tokens = choice.path("logprobs").path("content");
        assertThat(tokens.size()).isEqualTo(sampled - 1);
        assertThat(texts(tokens, "token")).isEqualTo("Grüß dich, 中");
        for (int t = 0; t < tokens.size(); t++) {
            assertThat(tokens.path(t).path("logprob").floatValue()).isEqualTo(-0.001f * (prompt + t));
            assertThat(tokens.path(t).path("top_logprobs").isArray()).isTrue();
        }
    }

    @Test
    void goesOnAfterAToolCallThatComesBackWrittenAnew() {
        EpisodeTuner tuner = tuner("Let me see.\n" + CALL, "Done.");
        JsonNode message =
                completion(tuner, ask(USER, TOOLS)).path("choices").path(0).path("message");
        JsonNode call = message.path("tool_calls").path(0);

        assertThat(message.path("content").asString()).isEqualTo("Let me see.");
        assertThat(call.path("type").asString()).isEqualTo("function");
        assertThat(JSON.readTree(call.path("function").path("arguments").asString()))
                .isEqualTo(JSON.readTree("{\"a\": 1, \"b\": [2]}"));

        String back =
                "{'role': 'assistant', 'content': null, 'tool_calls': [{'id': '%s', 'type': 'function', 'function':"
                        + " {'name': 'f', 'arguments': '{ \\\"b\\\": [2], \\\"a\\\": 1}'}}]}";
        String id = call.path("id").asString();
        String result = "{'role': 'tool', 'tool_call_id': '%s', 'content': [{'type': 'text', 'text': '3'}]}";
        completion(tuner, ask(USER + "," + back.formatted(id) + "," + result.formatted(id), TOOLS));

        assertThat(tuner.recording().trajectory().timelines()).hasSize(1);
        assertThat(text(tuner)).contains("Let me see.\n" + CALL + "<|im_end|>", "<tool_response>\n3\n");
    }

    @Test
    void startsAnewWhereTheAgentChangedWhatItCalled() {
        EpisodeTuner tuner = tuner(CALL, "Done.");
        String id = completion(tuner, ask(USER, TOOLS))
                .at("/choices/0/message/tool_calls/0/id")
                .asString();
        String back = "{'role': 'assistant', 'tool_calls': [{'id': '%s', 'type': 'function', 'function':"
                + " {'name': 'f', 'arguments': '{\\\"a\\\": 7}'}}]}";
        String result = "{'role': 'tool', 'tool_call_id': '%s', 'content': '3'}";

        completion(tuner, ask(USER + "," + back.formatted(id) + "," + result.formatted(id), TOOLS));

        List<Timeline> timelines = tuner.recording().trajectory().timelines();
        assertThat(timelines).hasSize(2);
        assertThat(model.tokenizer().decode(timelines.get(1).tokenIds()))
                .contains("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 7}}\n</tool_call><|im_end|>");
    }

    @Test
    void streamsWhatItAnswers() {
        EpisodeTuner tuner = tuner("né 中文 🎉", "So\n" + CALL);
        List<JsonNode> words = events(tuner, ask(USER, "'stream': true, 'logprobs': true"));

        assertThat(words.getFirst().at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        assertThat(words.stream()
                        .map(event -> event.at("/choices/0/delta/content").asString(""))
                        .collect(Collectors.joining()))
                .isEqualTo("né 中文 🎉");
        assertThat(words.stream()
                        .map(event -> texts(event.at("/choices/0/logprobs/content"), "token"))
                        .collect(Collectors.joining()))
                .isEqualTo("né 中文 🎉");
        assertThat(words.getLast().at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(words).noneMatch(event -> event.has("usage"));

        List<JsonNode> calls = events(
                tuner,
                ask(
                        "{'role': 'user', 'content': 'b'}",
                        TOOLS + ",'stream': true, 'stream_options': {'include_usage': true}"));
        JsonNode call = calls.get(calls.size() - 3).at("/choices/0/delta/tool_calls/0");
        assertThat(call.path("index").asInt(-1)).isZero();
        assertThat(call.at("/function/name").asString()).isEqualTo("f");
        assertThat(calls.get(calls.size() - 2).at("/choices/0/finish_reason").asString())
                .isEqualTo("tool_calls");
        assertThat(calls.getLast().path("choices").isEmpty()).isTrue();
        assertThat(calls.getLast().at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void samplesSeveralAnswersAtOnePlaceAndRecordsEachTokenOnce() {
        EpisodeTuner tuner = tuner("a", "b", "c", "then");
        JsonNode choices = completion(tuner, ask(USER, "'n': 3")).path("choices");
        List<String> said = new ArrayList<>();
        choices.forEach(choice -> said.add(choice.at("/message/content").asString()));
        assertThat(said).containsExactlyInAnyOrder("a", "b", "c");

        completion(tuner, ask(USER + ",{'role': 'assistant', 'content': 'b'}," + USER, ""));

        List<Timeline> timelines = tuner.recording().trajectory().timelines();
        assertThat(timelines).hasSize(3);
        assertThat(timelines.stream().mapToInt(Timeline::lossTokens).sum())
                .isEqualTo(3 * 2 + model.tokenizer().encode("then").length + 1);
    }

    @Test
    void endsATurnAtAStopTextAndKeepsTheIdsThatWereSampled() {
        EpisodeTuner tuner = tuner("one two STOP three", "four");
        JsonNode choice = completion(tuner, ask(USER, "'stop': ['never', ' STOP']"))
                .path("choices")
                .path(0);

        assertThat(choice.at("/message/content").asString()).isEqualTo("one two");
        assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");

        completion(tuner, ask(USER + ",{'role': 'assistant', 'content': 'one two'}," + USER, ""));

        Timeline timeline = tuner.recording().trajectory().timelines().getFirst();
        String text = model.tokenizer().decode(timeline.tokenIds());
        assertThat(text).contains("one two STOP<|im_end|>").doesNotContain("three");
        int[] whole = model.tokenizer().encode("one two STOP three");
        int start = timeline.versions().getFirst().start();
        for (int t = 0; timeline.inLoss(start + t); t++) {
            assertThat(timeline.tokenIds()[start + t]).isEqualTo(whole[t]);
        }
        assertThat(tuner.recording().trajectory().timelines()).hasSize(1);
    }

    @Test
    void tellsTheModelItselfThatItsCallsCannotBeUnderstood() {
        EpisodeTuner tuner = tuner(BROKEN, BROKEN, "Sorry.", "Bye.");
        JsonNode completion = completion(tuner, ask(USER, TOOLS));

        assertThat(completion.at("/choices/0/message/content").asString()).isEqualTo("Sorry.");
        assertThat(completion.at("/choices/0/message").has("tool_calls")).isFalse();
        completion(tuner, ask(USER + ",{'role': 'assistant', 'content': 'Sorry.'}," + USER, TOOLS));

        assertThat(text(tuner).split(java.util.regex.Pattern.quote(HermesToolCalls.HOW_TO_CALL), -1))
                .hasSize(3);
        assertThat(tuner.recording().trajectory().timelines()).hasSize(1);
        assertThat(tuner.recording().usage().turns()).isEqualTo(4);
        assertThat(tuner.recording().usage().malformed()).isEqualTo(2);
    }

    @Test
    void answersAMalformedCallBesideAGoodOneWhenTheToolsDo() {
        EpisodeTuner tuner = tuner(BROKEN + CALL, "Done.");
        JsonNode calls = completion(tuner, ask(USER, TOOLS)).at("/choices/0/message/tool_calls");
        assertThat(calls.size()).isOne();
        String id = calls.path(0).path("id").asString();
        String back = "{'role': 'assistant', 'tool_calls': [{'id': '%s', 'type': 'function', 'function':"
                + " {'name': 'f', 'arguments': '{\\\"a\\\": 1, \\\"b\\\": [2]}'}}]}";
        String result = "{'role': 'tool', 'tool_call_id': '%s', 'content': '3'}";

        completion(tuner, ask(USER + "," + back.formatted(id) + "," + result.formatted(id), TOOLS));

        assertThat(text(tuner)).contains(HermesToolCalls.HOW_TO_CALL, "<tool_response>\n3\n");
        assertThat(tuner.recording().trajectory().timelines()).hasSize(1);
    }

    @Test
    void givesACallAsTextWhereNoneMayBeMade() {
        EpisodeTuner tuner = tuner(CALL);
        JsonNode choice = completion(tuner, ask(USER, TOOLS + ",'tool_choice': 'none'"))
                .path("choices")
                .path(0);

        assertThat(choice.at("/message/content").asString()).isEqualTo(CALL);
        assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");
    }

    @Test
    void countsNoTokenOfAnUntrainedAgentInTheLoss() {
        EpisodeTuner tuner = tuner("advice", "answer");
        completion(tuner, ask(USER, "").replace("'policy'", "'policy-untrained'"));
        completion(tuner, ask("{'role': 'user', 'content': 'the advice was: advice'}", ""));

        Trajectory trajectory = tuner.recording().trajectory();
        assertThat(trajectory.timelines()).hasSize(2);
        assertThat(trajectory.timelines().getFirst().lossTokens()).isZero();
        assertThat(trajectory.timelines().getFirst().logProbs()).containsOnly(0f);
        assertThat(trajectory.lossTokens()).isEqualTo(model.tokenizer().encode("answer").length + 1);
        assertThat(tuner.recording().messages().getLast().content()).isEqualTo("answer");
    }

    @Test
    void refusesWhatWouldForceTheSample() {
        for (String[] one : List.of(
                new String[] {"tool_choice", "'required'"},
                new String[] {"tool_choice", "{'type': 'function', 'function': {'name': 'f'}}"},
                new String[] {"response_format", "{'type': 'json_object'}"},
                new String[] {"top_logprobs", "3"},
                new String[] {"n", "0"},
                new String[] {"n", "99"},
                new String[] {"max_tokens", "0"},
                new String[] {"stop", "['']"},
                new String[] {"functions", "[]"})) {
            assertThatThrownBy(() -> read(ask(USER, "'" + one[0] + "': " + one[1])))
                    .as(one[0])
                    .isInstanceOf(OpenAiException.class)
                    .matches(e -> ((OpenAiException) e).status() == 400)
                    .matches(e -> ((OpenAiException) e).body().toString().contains("param=" + one[0]));
        }
        assertThatThrownBy(() -> read(ask(USER, "").replace("'policy'", "'gpt'")))
                .matches(e -> ((OpenAiException) e).status() == 404);
        assertThatThrownBy(() -> read(ask("{'role': 'user', 'content': [{'type': 'image_url'}]}", "")))
                .hasMessageContaining("image_url");
        assertThatThrownBy(() -> read(ask("{'role': 'assistant', 'content': 'x'}", "")))
                .hasMessageContaining("last message");
    }

    @Test
    void saysWhichFieldsHaveNoEffect() {
        assertThat(read(ask(USER, "'temperature': 1.0, 'top_p': 1, 'user': 'me', 'unheard_of': {}"))
                        .ignored())
                .isEmpty();
        assertThat(read(ask(USER, "'temperature': 0.2, 'top_p': 0.5, 'presence_penalty': 1"))
                        .ignored())
                .containsExactly("temperature", "top_p", "presence_penalty");
    }

    @Test
    void readsEveryRole() {
        ChatRequest asked = read(ask(
                "{'role': 'developer', 'content': 's'},{'role': 'user', 'content': [{'type': 'text', 'text': 'a'},"
                        + "{'type': 'text', 'text': 'b'}]},{'role': 'assistant', 'content': 'c', 'name': 'me'}," + USER,
                ""));
        assertThat(asked.request().messages())
                .extracting(message -> message.role() + ":" + message.content())
                .containsExactly("system:s", "user:a\nb", "assistant:c", "user:hi");
    }

    private EpisodeTuner tuner(String... answers) {
        return new EpisodeTuner(
                TestingEpisodes.issued(),
                model,
                new TestingPolicy(model.tokenizer(), answers),
                (call, deadline) -> new ExecutionResult("", "", 0, false, false, 1, "namespaces"),
                Deadline.in(Duration.ofMinutes(1)),
                new Access("http://127.0.0.1:8082/v1", "hone-test", Duration.ofSeconds(60)));
    }

    private static String ask(String messages, String more) {
        return "{'model': 'policy', 'messages': [" + messages + "]" + (more.isEmpty() ? "" : "," + more) + "}";
    }

    private static ChatRequest read(String json) {
        return ChatRequest.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), 1.0);
    }

    private static ChatResponse response(EpisodeTuner tuner, String json) {
        ChatRequest asked = read(json);
        return new ChatResponse("chatcmpl-1", 1, asked, tuner.ask(asked.request()), tuner::tokenTexts);
    }

    private static JsonNode completion(EpisodeTuner tuner, String json) {
        return JSON.readTree(JSON.writeValueAsString(response(tuner, json).completion()));
    }

    private static List<JsonNode> events(EpisodeTuner tuner, String json) {
        String[] events = response(tuner, json).events().split("\n\n");
        assertThat(events[events.length - 1]).isEqualTo("data: [DONE]");
        List<JsonNode> read = new ArrayList<>();
        for (int i = 0; i < events.length - 1; i++) {
            assertThat(events[i]).startsWith("data: ");
            read.add(JSON.readTree(events[i].substring(6)));
        }
        return read;
    }

    private static String texts(JsonNode list, String field) {
        StringBuilder text = new StringBuilder();
        list.forEach(one -> text.append(one.path(field).asString()));
        return text.toString();
    }

    private String text(EpisodeTuner tuner) {
        return tuner.recording().trajectory().timelines().stream()
                .map(timeline -> model.tokenizer().decode(timeline.tokenIds()))
                .collect(Collectors.joining("\n===\n"));
    }
}
