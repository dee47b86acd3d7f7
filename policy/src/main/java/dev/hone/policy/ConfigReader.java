package dev.hone.policy;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Reads a {@code config.json} as Transformers 5 reads it (the configuration classes of the four families), and refuses by
 * name what it asks for beyond what is built.
 */
final class ConfigReader {
    private final ConfigJson json;
    private final Architecture architecture;

    ConfigReader(JsonNode node) {
        ConfigJson given = ConfigJson.of(node);
        architecture = Architecture.named(given.text("model_type", "(none)"));
        json = given.withDefaults(architecture.defaults());
        json.ignore("model_type");
    }

    ModelConfig read() {
        requireLanguageModel();
        int hidden = json.positive("hidden_size");
        int maxPositions = json.positive("max_position_embeddings");
        AttentionConfig attention = attention(hidden, maxPositions);
        ModelConfig config = new ModelConfig(
                architecture,
                json.positive("vocab_size"),
                hidden,
                json.positive("intermediate_size"),
                json.positive("num_hidden_layers"),
                attention,
                activation(),
                feedForwardBias(),
                json.number("rms_norm_eps", 1e-6),
                architecture.gemma() ? Math.sqrt(hidden) : 1,
                logitCap(),
                longestTimeline(attention, maxPositions),
                json.flag("tie_word_embeddings", false),
                paddingToken(json.positive("vocab_size")),
                json.number("initializer_range", 0.02));
        json.requireNothingElse();
        return config;
    }

    private void requireLanguageModel() {
        List<String> classes = json.texts("architectures");
        if (!classes.isEmpty() && !classes.equals(List.of(architecture.modelClass()))) {
            throw json.refusal("architectures", "[\"" + architecture.modelClass() + "\"]");
        }
        if (json.number("attention_dropout", 0) != 0) {
            throw json.refusal("attention_dropout", "0");
        }
        if (json.present("quantization_config")) {
            throw json.refusal("quantization_config", "none (F32, F16 or BF16 weights)");
        }
    }

    private AttentionConfig attention(int hidden, int maxPositions) {
        int heads = json.positive("num_attention_heads");
        boolean ownKeys = !json.isNull("num_key_value_heads") && json.present("num_key_value_heads");
        int headSize = json.present("head_dim") ? json.positive("head_dim") : hidden / heads;
        boolean qwen2 = architecture == Architecture.QWEN2;
        boolean bias = json.flag("attention_bias", qwen2);
        if (qwen2 && !bias) {
            throw json.refusal("attention_bias", "true (the family's queries, keys and values have a bias)");
        }
        List<Boolean> windowed = windowed(json.positive("num_hidden_layers"));
        RotaryReader rotary = new RotaryReader(json, headSize, maxPositions);
        Rotary global = architecture.gemma() ? rotary.global() : rotary.same();
        return new AttentionConfig(
                heads,
                ownKeys ? json.positive("num_key_value_heads") : heads,
                headSize,
                1 / Math.sqrt(architecture.gemma() ? json.positive("query_pre_attn_scalar") : headSize),
                bias,
                bias && !qwen2,
                architecture.gemma() || architecture == Architecture.QWEN3,
                windowed.contains(true) ? window() : 0,
                windowed,
                global,
                architecture.gemma() ? rotary.local() : global);
    }

    private int window() {
        if (json.isNull("sliding_window")) {
            throw json.refusal("sliding_window", "a positive integer where layers are windowed");
        }
        return json.positive("sliding_window");
    }

    /** Which layers have a window: layer_types says it, or else the family's older keys. */
    private List<Boolean> windowed(int layers) {
        boolean anyWindow = switch (architecture) {
            case LLAMA -> false;
            case QWEN2, QWEN3 -> json.flag("use_sliding_window", false) && !json.isNull("sliding_window");
            case GEMMA3_TEXT -> true;
        };
        if (architecture != Architecture.LLAMA) {
            json.ignore("sliding_window");
            json.ignore("max_window_layers");
            json.ignore("sliding_window_pattern");
        }
        List<Boolean> windowed = new ArrayList<>();
        if (!json.present("layer_types")) {
            for (int layer = 0; layer < layers; layer++) {
                windowed.add(anyWindow && windowedByDefault(layer));
            }
            return windowed;
        }
        for (String type : json.texts("layer_types")) {
            switch (type) {
                case "full_attention" -> windowed.add(false);
                case "sliding_attention" -> windowed.add(true);
                default -> throw json.refusal("layer_types", "full_attention and sliding_attention");
            }
        }
        if (windowed.size() != layers) {
            throw json.refusal("layer_types", "one type for each of %d layers".formatted(layers));
        }
        if (windowed.contains(true) && !anyWindow) {
            throw json.refusal("layer_types", "full_attention in every layer, as no window is in use");
        }
        return windowed;
    }

    private boolean windowedByDefault(int layer) {
        return architecture.gemma()
                ? (layer + 1) % json.positive("sliding_window_pattern") != 0
                : layer >= json.integer("max_window_layers", 0);
    }

    private Activation activation() {
        String key = architecture.gemma() ? "hidden_activation" : "hidden_act";
        return Activation.named(json.text(key, ""))
                .orElseThrow(() -> json.refusal(key, "one of " + Activation.allNames()));
    }

    private boolean feedForwardBias() {
        boolean bias = json.flag("mlp_bias", false);
        if (bias && architecture != Architecture.LLAMA) {
            throw json.refusal("mlp_bias", "false");
        }
        return bias;
    }

    private double logitCap() {
        for (String key : List.of("attn_logit_softcapping", "use_bidirectional_attention")) {
            if (json.present(key) && !json.isFalse(key)) {
                throw json.refusal(key, "none");
            }
        }
        if (!architecture.gemma() || !json.present("final_logit_softcapping")) {
            return 0;
        }
        double cap = json.number("final_logit_softcapping", 0);
        if (!(cap > 0)) {
            throw json.refusal("final_logit_softcapping", "none or a number above 0");
        }
        return cap;
    }

    /** Generation ends where a rotary embedding would turn the tokens that stand there already otherwise. */
    private static int longestTimeline(AttentionConfig attention, int maxPositions) {
        int longest = maxPositions;
        for (Rotary rotary : attention.rotaries()) {
            if (rotary instanceof Rotary.LongRope extended) {
                longest = Math.min(longest, extended.trainedPositions());
            }
        }
        return longest;
    }

    /** As PyTorch's embedding counts: negative from the end. */
    private int paddingToken(int vocabulary) {
        if (json.isNull("pad_token_id") || !json.present("pad_token_id")) {
            return -1;
        }
        int token = json.integer("pad_token_id", -1);
        if (token >= vocabulary || token < -vocabulary) {
            throw json.refusal("pad_token_id", "a token of the vocabulary of %d".formatted(vocabulary));
        }
        return token < 0 ? vocabulary + token : token;
    }
}
