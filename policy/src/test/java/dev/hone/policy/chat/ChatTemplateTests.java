package dev.hone.policy.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// Expected values: `src/test/python/make_chat_goldens.py` (Transformers 5.23.0), on templates as published.
class ChatTemplateTests {

    private static final Path RESOURCES = Path.of("src/test/resources/dev/hone/policy/chat");

    /// What the golden texts take for today, in the form that templates write.
    private static final String GOLDEN_DAY = "03 Feb 2001";

    record Conversation(
            List<Map<String, Object>> messages, List<Map<String, Object>> tools, boolean add_generation_prompt) {}

    record Golden(String template, int conversation, String text, int[] ids, String refusal) {}

    record Goldens(List<Conversation> conversations, List<Golden> cases) {}

    @TestFactory
    Stream<DynamicTest> rendersAsTransformersDoes() {
        Goldens goldens =
                JsonMapper.shared().readValue(RESOURCES.resolve("goldens.json").toFile(), new TypeReference<>() {});
        assertThat(goldens.cases().stream().map(Golden::template).distinct()).hasSize(12);
        assertThat(goldens.cases()).hasSizeGreaterThan(155);
        return goldens.cases().stream()
                .map(golden -> DynamicTest.dynamicTest(
                        golden.template() + " " + golden.conversation(),
                        () -> check(golden, goldens.conversations().get(golden.conversation()))));
    }

    private static void check(Golden golden, Conversation conversation) {
        ChatTemplate template = new ChatTemplate(
                ModelFile.text(RESOURCES.resolve(golden.template())),
                Map.of("bos_token", "<|begin_of_text|>", "eos_token", "<|end|>"));
        if (golden.text() == null) {
            assertThatThrownBy(() -> render(template, conversation))
                    .isInstanceOf(ChatTemplateException.class)
                    .hasMessageContaining(golden.refusal());
            return;
        }
        String today = LocalDate.now().format(DateTimeFormatter.ofPattern("dd MMM yyyy", Locale.ENGLISH));
        String text = render(template, conversation).replace(today, GOLDEN_DAY);
        assertThat(text).isEqualTo(golden.text());
        if (golden.ids() != null) {
            ChatTokenizer tokenizer = ChatTokenizer.load(RESOURCES.resolve("tiny"));
            assertThat(tokenizer.encode(text)).isEqualTo(golden.ids());
            assertThat(tokenizer.decode(golden.ids())).isEqualTo(text);
        }
    }

    private static String render(ChatTemplate template, Conversation conversation) {
        return template.render(conversation.messages(), conversation.tools(), conversation.add_generation_prompt());
    }

    /// Rendering the rest would be silently wrong.
    @Test
    void refusesAtLoadWhatItCannotRenderExactly(@TempDir Path model) throws IOException {
        Files.writeString(
                model.resolve("chat_template.jinja"),
                "{% for m in messages %}{% if loop.changed(m.role) %}{{ m.role }}{% endif %}{% endfor %}");

        assertThatThrownBy(() -> ChatTemplate.load(model))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("loop.changed, which is not supported");
    }

    @Test
    void seesTheNeighboursInEveryLoop() {
        String text = render("""
                {%- for m in messages -%}
                {{ loop.previtem.role if loop.previtem else '(' }}{{ m.role }}
                {%- for c in m.content -%}
                {{ '[' if loop.previtem is not defined else loop.previtem }}{{ c }}{{ loop.nextitem or ']' }}
                {%- endfor -%}
                {{ loop.nextitem.role if loop.nextitem is defined else ')' }}
                {%- endfor -%}""");

        assertThat(text).isEqualTo("(u[1212323]auatat[4545])");
    }

    @Test
    void loopsOverTheElementsThatACriterionHoldsFor() {
        String text = render("""
                {%- for m in messages if m.role != 'a' and ' if ' != (m.role if m.content else 'x') -%}
                {{ loop.index }}{{ m.role }}
                {%- for c in m['content'] if c is odd -%}
                {{ c }}{{ '.' if loop.last else ',' }}
                {%- endfor -%}
                {{ ';' if loop.nextitem else '!' }}
                {%- endfor -%}
                {%- for key, value in messages[0] | items if key == 'role' %}{{ key }}={{ value }}{% endfor -%}""");

        assertThat(text).isEqualTo("1u1,3.;2t5.!role=u");
    }

    @Test
    void refusesTheNeighboursOfALoopOutside() {
        assertThatThrownBy(() -> render("""
                {% for m in messages %}{% set outer = loop %}{% for c in m.content %}{{ outer.previtem }}{% endfor %}
                {% endfor %}"""))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("neighbours of an outer loop's element");
    }

    private static String render(String template) {
        List<Map<String, Object>> messages = List.of(
                Map.of("role", "u", "content", List.of(1, 2, 3)),
                Map.of("role", "a", "content", List.of()),
                Map.of("role", "t", "content", List.of(4, 5)));
        return new ChatTemplate(template, Map.of()).render(messages, List.of(), false);
    }

    @Test
    void changesNoTextOfATemplate() {
        ChatTemplate template = new ChatTemplate(
                "{{ 'do not exist in the list, not a is b' }}{{ \"it's not x == 1\" }} not y is defined"
                        + "{% if not messages is defined or not 'a' in 'b' %}wrong{% endif %}",
                Map.of());

        assertThat(template.render(List.of(), List.of(), false))
                .isEqualTo("do not exist in the list, not a is bit's not x == 1 not y is defined");
    }

    @Test
    void takesTheTemplateForToolsWhereThereAreTools(@TempDir Path model) throws IOException {
        Files.writeString(model.resolve("tokenizer_config.json"), """
                {"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools"}]}""");
        List<Map<String, Object>> tools = List.of(Map.of("type", "function"));

        assertThat(ChatTemplate.load(model).render(List.of(), List.of(), true)).isEqualTo("plain");
        assertThat(ChatTemplate.load(model).render(List.of(), tools, true)).isEqualTo("tools");

        Files.writeString(model.resolve("chat_template.jinja"), "file");
        assertThat(ChatTemplate.load(model).render(List.of(), tools, true)).isEqualTo("file");
        Files.createDirectory(model.resolve("additional_chat_templates"));
        Files.writeString(model.resolve("additional_chat_templates/tool_use.jinja"), "file for tools");
        assertThat(ChatTemplate.load(model).render(List.of(), tools, true)).isEqualTo("file for tools");
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
