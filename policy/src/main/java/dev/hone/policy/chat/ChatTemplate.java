package dev.hone.policy.chat;

import com.hubspot.jinjava.tree.Node;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A model's chat template: messages and tools as the text that the model was trained to read. Rendered as
/// Transformers renders it. Thread-safe.
public final class ChatTemplate {

    /// Names under which Transformers hands special tokens to templates.
    private static final List<String> TOKENS =
            List.of("bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token", "mask_token");

    /// Names under which a message may bring its reasoning; the first is what templates read.
    private static final List<String> REASONING = List.of("reasoning_content", "thinking", "reasoning");

    private final Node template;
    private final Node withTools;
    private final Map<String, String> tokens;
    private final String sourceWithTools;

    /// @param source the Jinja template
    /// @param tokens texts of special tokens by the names that templates use: `bos_token`, `eos_token`
    ChatTemplate(String source, Map<String, String> tokens) {
        this(source, source, tokens);
    }

    private ChatTemplate(String source, String sourceWithTools, Map<String, String> tokens) {
        template = TemplateLanguage.parse(source);
        withTools = sourceWithTools.equals(source) ? template : TemplateLanguage.parse(sourceWithTools);
        this.tokens = Map.copyOf(tokens);
        this.sourceWithTools = sourceWithTools;
    }

    /// The template for conversations with tools, as text: it tells how the model writes its calls.
    public String sourceWithTools() {
        return sourceWithTools;
    }

    /// Reads `chat_template.jinja` (and `additional_chat_templates/tool_use.jinja`, for conversations with tools), or
    /// else `chat_template` of `tokenizer_config.json`.
    ///
    /// @throws IllegalArgumentException if the model has none
    /// @throws ChatTemplateException if it is no Jinja template
    public static ChatTemplate load(Path modelDirectory) {
        JsonNode config = ModelFile.json(modelDirectory.resolve("tokenizer_config.json"));
        Map<String, String> tokens = new HashMap<>();
        for (String name : TOKENS) {
            String token = ModelFile.token(config, name);
            if (!token.isEmpty()) {
                tokens.put(name, token);
            }
        }
        Map<String, String> sources = sources(modelDirectory, config.path("chat_template"));
        String source = sources.get("default");
        if (source == null) {
            throw new IllegalArgumentException("There is no chat template in " + modelDirectory
                    + "; add chat_template.jinja, or choose a model that was trained to chat.");
        }
        return new ChatTemplate(source, sources.getOrDefault("tool_use", source), tokens);
    }

    /// Templates by name: `default`, and perhaps `tool_use`.
    private static Map<String, String> sources(Path directory, JsonNode configured) {
        Map<String, String> sources = new HashMap<>();
        if (configured.isString()) {
            sources.put("default", configured.asString());
        }
        for (JsonNode one : configured) {
            sources.put(one.path("name").asString(""), one.path("template").asString(""));
        }
        Path file = directory.resolve("chat_template.jinja");
        if (Files.exists(file)) {
            sources.clear();
            sources.put("default", ModelFile.text(file));
            Path toolUse = directory.resolve("additional_chat_templates").resolve("tool_use.jinja");
            if (Files.exists(toolUse)) {
                sources.put("tool_use", ModelFile.text(toolUse));
            }
        }
        return sources;
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
        values.put(
                "messages", messages.stream().map(ChatTemplate::withReasoning).toList());
        values.put("add_generation_prompt", addGenerationPrompt);
        if (!tools.isEmpty()) {
            values.put("tools", tools);
        }
        return TemplateLanguage.render(tools.isEmpty() ? template : withTools, values);
    }

    /// A message's reasoning under the names that templates read.
    private static Map<String, ?> withReasoning(Map<String, ?> message) {
        for (String name : REASONING) {
            Object reasoning = message.get(name);
            if (reasoning != null) {
                Map<String, Object> aliased = new LinkedHashMap<>();
                aliased.put("thinking", reasoning);
                aliased.putAll(message);
                aliased.put("reasoning_content", reasoning);
                return aliased;
            }
        }
        return message;
    }
}
