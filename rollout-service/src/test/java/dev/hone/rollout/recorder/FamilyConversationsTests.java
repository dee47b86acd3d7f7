package dev.hone.rollout.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingPolicy;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.limit.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A conversation with a tool under each family's own chat template: a call that cannot be understood, a good one, its
/// result, the answer.
class FamilyConversationsTests {

    private static final Path TEMPLATES = Path.of("../policy/src/test/resources/dev/hone/policy/chat/families");
    private static final List<Map<String, Object>> TOOLS = List.of(Map.of(
            "type",
            "function",
            "function",
            Map.of("name", "f", "description", "d", "parameters", Map.of("type", "object", "properties", Map.of()))));

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "qwen2.5; <tool_call>oops</tool_call>; <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>",
                "llama-3.1; <|python_tag|>oops; {\"name\": \"f\", \"parameters\": {\"a\": 1}}",
                "llama-3.2; <|python_tag|>oops; {\"name\": \"f\", \"parameters\": {\"a\": 1}}",
                "hermes-3; <tool_call>oops</tool_call>; <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>",
                "qwen3; <tool_call>oops</tool_call>; <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>",
                "smollm3; <tool_call>oops</tool_call>; <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>",
                "qwen3-coder; <tool_call>oops</tool_call>; <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>",
                "gemma-3; ```tool_code\\noops\\n```; ```tool_code\\nf(a=1)\\n```"
            })
    void goesThroughTheFamilysOwnTemplate(String family, String broken, String call) throws IOException {
        ModelText model = model(family);
        TestingPolicy policy = new TestingPolicy(
                model.tokenizer(), broken.replace("\\n", "\n"), call.replace("\\n", "\n"), "It is 17.");
        Recorder recorder = new Recorder(
                SamplingSettings.of(TestingEpisodes.issued()), model, policy, Deadline.in(Duration.ofMinutes(1)));
        List<Message> messages = new ArrayList<>(List.of(new Message("user", "hi", List.of(), null)));

        Answer first = recorder.ask(remote(messages)).getFirst();

        assertThat(first.calls())
                .extracting(Message.ToolCall::name, Message.ToolCall::arguments)
                .containsExactly(tuple("f", "{\"a\":1}"));
        assertThat(policy.prompt(1)).contains("error: this is no tool call");
        messages.add(new Message("assistant", first.text(), first.calls(), null));
        messages.add(new Message(
                "tool", "RESULT", List.of(), first.calls().getFirst().id()));

        Answer second = recorder.ask(remote(messages)).getFirst();

        assertThat(second.text()).isEqualTo("It is 17.");
        assertThat(policy.prompt(2)).contains("RESULT");
        assertThat(recorder.recording().usage().malformed()).isOne();
        List<Timeline> timelines = recorder.recording().trajectory().timelines();
        assertThat(timelines).hasSize(1);
        assertThat(timelines.getFirst().versions()).hasSize(3);
    }

    /// Where the user speaks again, some templates write what was before in another way: without the opening of the
    /// thoughts (DeepSeek), or with the tools at another place (Mistral). Then a timeline begins in which only
    /// the new answer counts.
    @ParameterizedTest
    @CsvSource({
        "qwen2.5, 1",
        "qwen3, 1",
        "llama-3.1, 1",
        "llama-3.2, 1",
        "hermes-3, 1",
        "smollm3, 1",
        "qwen3-coder, 1",
        "phi-3.5-mini, 1",
        "mistral-nemo, 3",
        "deepseek-r1-distill, 3",
        "gemma-3, 1"
    })
    void goesOnAfterTheTemplateWroteTheHistoryAnew(String family, int expected) throws IOException {
        ModelText model = model(family);
        List<String> says = List.of("<think>\nhm\n</think>\n\nFirst.", "Second.", "Third.");
        TestingPolicy policy = new TestingPolicy(model.tokenizer(), says.toArray(String[]::new));
        Recorder recorder = new Recorder(
                SamplingSettings.of(TestingEpisodes.issued()), model, policy, Deadline.in(Duration.ofMinutes(1)));
        List<Message> messages = new ArrayList<>(List.of(new Message("user", "hi", List.of(), null)));

        for (String word : List.of("and then", "at last")) {
            messages.add(new Message(
                    "assistant",
                    recorder.ask(plain(messages, family)).getFirst().text(),
                    List.of(),
                    null));
            messages.add(new Message("user", word, List.of(), null));
        }
        recorder.ask(plain(messages, family));

        assertThat(policy.prompt(2)).contains("First.", "and then", "Second.", "at last");
        List<Timeline> timelines = recorder.recording().trajectory().timelines();
        assertThat(timelines).hasSize(expected);
        List<String> sampled = new ArrayList<>();
        for (Timeline timeline : timelines) {
            for (Timeline.VersionSpan span : timeline.versions()) {
                sampled.add(model.tokenizer().decode(timeline.tokenIds(), span.start(), span.end()));
            }
        }
        assertThat(sampled)
                .as("each answer is trained once")
                .allSatisfy(text -> assertThat(says).anyMatch(text::contains))
                .hasSize(3);
    }

    private static Request plain(List<Message> messages, String family) {
        return request(messages, family.equals("mistral-nemo") ? TOOLS : List.of());
    }

    private static Request remote(List<Message> messages) {
        return request(messages, TOOLS);
    }

    private static Request request(List<Message> messages, List<Map<String, Object>> tools) {
        return new Request(messages, tools, true, true, true, 1, Integer.MAX_VALUE, List.of(), null, null);
    }

    /// The example's tokenizer under another family's template.
    private ModelText model(String family) throws IOException {
        for (String file :
                List.of("config.json", "tokenizer.json", "tokenizer_config.json", "generation_config.json")) {
            Files.copy(TestingEpisodes.MODEL.resolve(file), folder.resolve(file));
        }
        Files.copy(TEMPLATES.resolve(family + ".jinja"), folder.resolve("chat_template.jinja"));
        return ModelText.load(folder);
    }
}
