package dev.hone.policy;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The model families that are built. */
public enum Architecture {
    LLAMA("llama", "LlamaForCausalLM", """
            {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
             "num_attention_heads": 32, "hidden_act": "silu", "max_position_embeddings": 2048}"""),
    QWEN2("qwen2", "Qwen2ForCausalLM", """
            {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 32, "hidden_act": "silu",
             "max_position_embeddings": 32768, "sliding_window": 4096, "max_window_layers": 28}"""),
    QWEN3("qwen3", "Qwen3ForCausalLM", """
            {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": 128, "hidden_act": "silu",
             "max_position_embeddings": 32768, "sliding_window": 4096, "max_window_layers": 28}"""),
    GEMMA3_TEXT("gemma3_text", "Gemma3ForCausalLM", """
            {"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
             "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
             "hidden_activation": "gelu_pytorch_tanh", "max_position_embeddings": 131072, "pad_token_id": 0,
             "tie_word_embeddings": true, "query_pre_attn_scalar": 256, "sliding_window": 4096,
             "sliding_window_pattern": 6}""");

    private final String modelType;
    private final String modelClass;
    private final String defaults;

    /**
     * @param modelType as config.json names it
     * @param modelClass Transformers' class with a language model's head
     * @param defaults what Transformers' configuration class takes for a key that is missing
     */
    Architecture(String modelType, String modelClass, String defaults) {
        this.modelType = modelType;
        this.modelClass = modelClass;
        this.defaults = defaults;
    }

    static Architecture named(String modelType) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.modelType.equals(modelType))
                .findFirst()
                .orElseThrow(() -> new UnsupportedModelException("model_type %s is not supported; supported are: %s."
                        .formatted(
                                modelType,
                                Arrays.stream(values()).map(a -> a.modelType).collect(Collectors.joining(", ")))));
    }

    String modelClass() {
        return modelClass;
    }

    String defaults() {
        return defaults;
    }

    /** Whether the family is one of the Gemma models, which norm what comes out of a block too. */
    public boolean gemma() {
        return this == GEMMA3_TEXT;
    }
}
