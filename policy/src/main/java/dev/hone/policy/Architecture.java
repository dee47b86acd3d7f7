package dev.hone.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The model families that are built: which parameters each has, in which order, under Hugging Face's names. */
public enum Architecture {
    QWEN2("qwen2");

    private final String modelType;

    Architecture(String modelType) {
        this.modelType = modelType;
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

    /** Refuses, by name, whatever the configuration asks for beyond what is built. */
    void requireSupported(JsonNode json) {
        require(json, "hidden_act", json.path("hidden_act").asString("silu").equals("silu"), "silu");
        require(json, "use_sliding_window", !json.path("use_sliding_window").asBoolean(false), "false");
        require(json, "attention_dropout", json.path("attention_dropout").asDouble(0) == 0, "0");
        boolean fullAttention = json.path("layer_types")
                .valueStream()
                .allMatch(type -> type.asString("").equals("full_attention"));
        require(json, "layer_types", fullAttention, "full_attention in every layer");
        require(
                json,
                "quantization_config",
                !ModelConfig.present(json, "quantization_config"),
                "none (F32, F16 or BF16 weights)");
    }

    private void require(JsonNode json, String key, boolean supported, String what) {
        if (!supported) {
            throw new UnsupportedModelException("%s with %s = %s is not supported; supported is %s."
                    .formatted(modelType, key, json.path(key), what));
        }
    }

    /** The parameters in the order in which the program takes them: embedding, blocks, final norm, head if untied. */
    List<ParameterSpec> parameters(ModelConfig config) {
        int hidden = config.hiddenSize();
        int queries = config.heads() * config.headSize();
        int keys = config.keyValueHeads() * config.headSize();
        List<ParameterSpec> specs = new ArrayList<>();
        specs.add(ParameterSpec.matrix("model.embed_tokens.weight", config.vocabularySize(), hidden));
        for (int layer = 0; layer < config.layers(); layer++) {
            String block = "model.layers." + layer + ".";
            specs.add(ParameterSpec.norm(block + "input_layernorm.weight", hidden));
            specs.add(ParameterSpec.matrix(block + "self_attn.q_proj.weight", queries, hidden));
            specs.add(ParameterSpec.bias(block + "self_attn.q_proj.bias", queries));
            specs.add(ParameterSpec.matrix(block + "self_attn.k_proj.weight", keys, hidden));
            specs.add(ParameterSpec.bias(block + "self_attn.k_proj.bias", keys));
            specs.add(ParameterSpec.matrix(block + "self_attn.v_proj.weight", keys, hidden));
            specs.add(ParameterSpec.bias(block + "self_attn.v_proj.bias", keys));
            specs.add(ParameterSpec.matrix(block + "self_attn.o_proj.weight", hidden, queries));
            specs.add(ParameterSpec.norm(block + "post_attention_layernorm.weight", hidden));
            specs.add(ParameterSpec.matrix(block + "mlp.gate_proj.weight", config.intermediateSize(), hidden));
            specs.add(ParameterSpec.matrix(block + "mlp.up_proj.weight", config.intermediateSize(), hidden));
            specs.add(ParameterSpec.matrix(block + "mlp.down_proj.weight", hidden, config.intermediateSize()));
        }
        specs.add(ParameterSpec.norm("model.norm.weight", hidden));
        if (!config.tiedEmbeddings()) {
            specs.add(ParameterSpec.matrix("lm_head.weight", config.vocabularySize(), hidden));
        }
        return specs;
    }
}
