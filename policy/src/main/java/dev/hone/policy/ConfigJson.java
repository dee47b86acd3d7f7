package dev.hone.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A {@code config.json}, or an object inside, that remembers which of its keys were asked for: {@link
 * #requireNothingElse()} refuses the rest, so that nothing that could change the mathematics is ignored. A key that is
 * missing or null has its default's value.
 */
final class ConfigJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Keys that say nothing about what is computed: origin, tokens' ids, sampling, outputs, tasks, runtime. */
    private static final Set<String> HARMLESS = Set.of("""
            transformers_version dtype torch_dtype name_or_path transformers.js_config is_llama_config is_decoder
            bos_token_id eos_token_id sep_token_id unk_token_id decoder_start_token_id tokenizer_class prefix
            tokenizer_model_max_length tokenizer_padding_side model_max_length max_sequence_length seq_length
            use_cache cache_implementation return_dict return_dict_in_generate output_attentions output_hidden_states
            output_scores torchscript use_bfloat16 attn_implementation pretraining_tp chunk_size_feed_forward
            gradient_checkpointing keys_to_ignore_at_inference low_memory
            id2label label2id num_labels problem_type finetuning_task task_specific_params
            max_length max_new_tokens min_length min_new_tokens do_sample early_stopping num_beams num_beam_groups
            diversity_penalty temperature top_k top_p min_p typical_p epsilon_cutoff eta_cutoff repetition_penalty
            length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size encoder_repetition_penalty bad_words_ids
            num_return_sequences forced_bos_token_id forced_eos_token_id remove_invalid_values
            exponential_decay_length_penalty suppress_tokens begin_suppress_tokens""".split("\\s+"));

    /** Beginnings of such keys: Transformers' private notes, and what a training tool signs with. */
    private static final List<String> HARMLESS_PREFIXES = List.of("_", "unsloth_");

    private final JsonNode node;
    private final JsonNode defaults;
    private final String model;
    private final String path;
    private final Set<String> asked = new HashSet<>();

    private ConfigJson(JsonNode node, JsonNode defaults, String model, String path) {
        this.node = node;
        this.defaults = defaults;
        this.model = model;
        this.path = path;
    }

    static ConfigJson of(JsonNode node) {
        String model = node.path("model_type").asString("(none)");
        return new ConfigJson(node, JSON.createObjectNode(), model, "");
    }

    /** The same with what Transformers' configuration class takes for a key that is missing. */
    ConfigJson withDefaults(String json) {
        return new ConfigJson(node, JSON.readTree(json), model, path);
    }

    /** The object of a key; an empty one if there is none. */
    ConfigJson object(String key) {
        JsonNode value = value(key);
        if (present(key) && !value.isObject()) {
            throw refusal(key, "an object");
        }
        return new ConfigJson(value, JSON.createObjectNode(), model, path + key + ".");
    }

    /** This object with another's entries put over its own. */
    ConfigJson overlaid(ConfigJson other) {
        ObjectNode merged = JSON.createObjectNode();
        node.properties().forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
        other.node.properties().forEach(entry -> merged.set(entry.getKey(), entry.getValue()));
        return new ConfigJson(merged, defaults, model, path);
    }

    /** This object with one key under another name. */
    ConfigJson renamed(String from, String to) {
        ObjectNode copy = JSON.createObjectNode();
        node.properties()
                .forEach(entry -> copy.set(entry.getKey().equals(from) ? to : entry.getKey(), entry.getValue()));
        return new ConfigJson(copy, defaults, model, path);
    }

    private JsonNode value(String key) {
        asked.add(key);
        JsonNode given = node.path(key);
        return given.isMissingNode() || given.isNull() ? defaults.path(key) : given;
    }

    boolean isEmpty() {
        return node.isEmpty();
    }

    /** Whether the key has a value, its default's included. */
    boolean present(String key) {
        return !value(key).isMissingNode();
    }

    /** Whether the key stands there with null for its value. */
    boolean isNull(String key) {
        asked.add(key);
        return node.path(key).isNull();
    }

    boolean isFalse(String key) {
        JsonNode value = value(key);
        return value.isBoolean() && !value.asBoolean();
    }

    int positive(String key) {
        JsonNode value = value(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() <= 0) {
            throw refusal(key, "a positive integer");
        }
        return value.asInt();
    }

    int integer(String key, int otherwise) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw refusal(key, "an integer");
        }
        return value.asInt();
    }

    double number(String key, double otherwise) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw refusal(key, "a number");
        }
        return value.asDouble();
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw refusal(key, "true or false");
        }
        return value.asBoolean();
    }

    String text(String key, String otherwise) {
        JsonNode value = value(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isString()) {
            throw refusal(key, "a text");
        }
        return value.asString();
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        value(key).forEach(element -> texts.add(element.asString("")));
        return texts;
    }

    List<Double> numbers(String key) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode element : value(key)) {
            if (!element.isNumber()) {
                throw refusal(key, "a list of numbers");
            }
            numbers.add(element.asDouble());
        }
        return numbers;
    }

    /** Notes that the key may stand there with any value. */
    void ignore(String key) {
        asked.add(key);
    }

    UnsupportedModelException refusal(String key, String supported) {
        return new UnsupportedModelException("%s with %s%s = %s is not supported; supported is %s."
                .formatted(model, path, key, node.path(key).isMissingNode() ? "(none)" : node.path(key), supported));
    }

    /**
     * Refuses, by name, a key that was not asked for, unless it is off (null, false, 0, empty) or known to be harmless.
     */
    void requireNothingElse() {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String key = entry.getKey();
            boolean harmless =
                    HARMLESS.contains(key) || HARMLESS_PREFIXES.stream().anyMatch(key::startsWith);
            if (!asked.contains(key) && !harmless && active(entry.getValue())) {
                throw new UnsupportedModelException(
                        ("%s with %s%s = %s is not supported: the key is not known, so it could"
                                        + " change what the model computes. If it does not, remove it from config.json.")
                                .formatted(model, path, key, entry.getValue()));
            }
        }
    }

    private static boolean active(JsonNode value) {
        boolean off = value.isMissingNode()
                || value.isNull()
                || (value.isBoolean() && !value.asBoolean())
                || (value.isNumber() && value.asDouble() == 0)
                || (value.isString() && value.asString().isEmpty())
                || (value.isContainer() && value.isEmpty());
        return !off;
    }
}
