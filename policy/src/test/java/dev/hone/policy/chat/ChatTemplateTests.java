package dev.hone.policy.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Expected values: `make_goldens.py` beside the templates (Transformers 5.23.0).
class ChatTemplateTests {

    private static final Path RESOURCES = Path.of("src/test/resources/dev/hone/policy/chat");

    record Golden(
            String template,
            List<Map<String, Object>> messages,
            List<Map<String, Object>> tools,
            boolean add_generation_prompt,
            String text,
            int[] ids,
            String refusal) {}

    @TestFactory
    Stream<DynamicTest> rendersAsTransformersDoes() {
        ChatTokenizer tokenizer = ChatTokenizer.load(RESOURCES.resolve("tiny"));
        List<Golden> goldens =
                JsonMapper.shared().readValue(RESOURCES.resolve("goldens.json").toFile(), new TypeReference<>() {});
        assertThat(goldens).hasSize(28);
        return goldens.stream()
                .map(golden -> DynamicTest.dynamicTest(
                        golden.template() + " " + goldens.indexOf(golden), () -> check(golden, tokenizer)));
    }

    private static void check(Golden golden, ChatTokenizer tokenizer) {
        ChatTemplate template = new ChatTemplate(
                ModelFile.text(RESOURCES.resolve(golden.template())), Map.of("bos_token", "<|begin_of_text|>"));
        if (golden.refusal() != null) {
            assertThatThrownBy(() -> template.render(golden.messages(), golden.tools(), golden.add_generation_prompt()))
                    .isInstanceOf(ChatTemplateException.class)
                    .hasMessageContaining(golden.refusal());
            return;
        }
        String text = template.render(golden.messages(), golden.tools(), golden.add_generation_prompt());
        assertThat(text).isEqualTo(golden.text());
        assertThat(tokenizer.encode(text)).isEqualTo(golden.ids());
        assertThat(tokenizer.decode(golden.ids())).isEqualTo(text);
    }

    @Test
    void namesWhatIsWrongInATemplate(@TempDir Path model) throws IOException {
        Files.writeString(model.resolve("chat_template.jinja"), "a\n{{ messages | frobnicate }}");

        ChatTemplate template = ChatTemplate.load(model);

        assertThatThrownBy(() -> template.render(List.of(), List.of(), true))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("'frobnicate'")
                .hasMessageContaining("chat_template.jinja");
    }

    @Test
    void reachesNoClassAndNoFile(@TempDir Path model) throws IOException {
        Path secret = Files.writeString(model.resolve("secret"), "hidden");
        for (String attack : List.of(
                "{% include '" + secret + "' %}",
                "{{ messages.getClass().forName('java.lang.Runtime') }}",
                "{{ ''.class.forName('java.lang.Runtime').getRuntime().exec('true') }}",
                "{{ ____int3rpr3t3r____.config }}")) {
            String text;
            try {
                text = new ChatTemplate(attack, Map.of()).render(List.of(), List.of(), false);
            } catch (ChatTemplateException refused) {
                continue;
            }
            assertThat(text).as(attack).doesNotContain("hidden", "java", "Config", "Process");
        }
    }

    @Test
    void takesTheTemplateOfTheTokenizersConfiguration(@TempDir Path model) throws IOException {
        Files.writeString(model.resolve("tokenizer_config.json"), """
                {"bos_token": {"content": "<s>"}, "chat_template": "{{ bos_token }}{{ messages[0].content }}"}""");

        String text = ChatTemplate.load(model).render(List.of(Map.of("content", "hi")), List.of(), false);

        assertThat(text).isEqualTo("<s>hi");
    }

    @Test
    void saysThatAModelHasNoTemplate(@TempDir Path model) {
        assertThatThrownBy(() -> ChatTemplate.load(model))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chat_template.jinja");
    }
}
