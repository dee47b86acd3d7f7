package dev.hone.policy.chat;

import com.hubspot.jinjava.tree.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A model's chat template: messages and tools as the text that the model was trained to read. Rendered as
/// Transformers renders it. Thread-safe.
public final class ChatTemplate {

    private final Node template;
    private final Map<String, Object> tokens;

    /// @param source the Jinja template
    /// @param tokens texts of special tokens by the names that templates use: `bos_token`, `eos_token`
    ChatTemplate(String source, Map<String, String> tokens) {
        this.template = TemplateLanguage.parse(source);
        this.tokens = Map.copyOf(tokens);
    }

    /// Reads `chat_template.jinja`, or else `chat_template` of `tokenizer_config.json`.
    ///
    /// @throws IllegalArgumentException if the model has none
    /// @throws ChatTemplateException if it is no Jinja template
    public static ChatTemplate load(Path modelDirectory) {
        JsonNode config = ModelFile.json(modelDirectory.resolve("tokenizer_config.json"));
        Map<String, String> tokens = new HashMap<>();
        for (String name : List.of("bos_token", "eos_token", "pad_token", "unk_token")) {
            String token = ModelFile.token(config, name);
            if (!token.isEmpty()) {
                tokens.put(name, token);
            }
        }
        Path file = modelDirectory.resolve("chat_template.jinja");
        String source = Files.exists(file) ? ModelFile.text(file) : source(config.path("chat_template"));
        if (source.isEmpty()) {
            throw new IllegalArgumentException("There is no chat template in " + modelDirectory
                    + "; add chat_template.jinja, or choose a model that was trained to chat.");
        }
        return new ChatTemplate(source, tokens);
    }

    /// A template as text, or one of several by name.
    private static String source(JsonNode template) {
        if (!template.isArray()) {
            return template.asString("");
        }
        String found = "";
        for (JsonNode one : template) {
            String name = one.path("name").asString("");
            if (name.equals("tool_use") || (name.equals("default") && found.isEmpty())) {
                found = one.path("template").asString("");
            }
        }
        return found;
    }

    /// The conversation as text.
    ///
    /// @param messages each with `role` and `content`, and `tool_calls` where an assistant's calls stand
    ///     apart
    /// @param tools JSON schemas of functions; empty: none. Key order is kept
    /// @param addGenerationPrompt whether the assistant's next turn is opened at the end
    /// @throws ChatTemplateException if the template is faulty or refuses the conversation
    public String render(
            List<? extends Map<String, ?>> messages, List<Map<String, Object>> tools, boolean addGenerationPrompt) {
        Map<String, Object> values = new HashMap<>(tokens);
        values.put("messages", messages);
        values.put("add_generation_prompt", addGenerationPrompt);
        if (!tools.isEmpty()) {
            values.put("tools", tools);
        }
        return TemplateLanguage.render(template, values);
    }
}
