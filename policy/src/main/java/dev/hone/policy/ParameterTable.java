package dev.hone.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parameters of a model under Hugging Face's names, in the order of {@link Policy#parameters()}, and where the program
 * finds each of them.
 */
final class ParameterTable {
    private static final int GLOBAL_SLOTS = 3;
    private static final int LAYER_SLOTS = 20;

    private final ModelConfig config;
    private final List<ParameterSpec> specs = new ArrayList<>();
    private final long[] slots;

    ParameterTable(ModelConfig config) {
        this.config = config;
        slots = new long[GLOBAL_SLOTS + LAYER_SLOTS * config.layers()];
        Arrays.fill(slots, -1);
        add(0, ParameterSpec.matrix("model.embed_tokens.weight", config.vocabularySize(), config.hiddenSize()));
        for (int layer = 0; layer < config.layers(); layer++) {
            String block = "model.layers." + layer + ".";
            attention(GLOBAL_SLOTS + layer * LAYER_SLOTS, block);
            feedForward(GLOBAL_SLOTS + layer * LAYER_SLOTS, block);
        }
        add(1, norm("model.norm.weight", config.hiddenSize()));
        if (!config.tiedEmbeddings()) {
            add(2, ParameterSpec.matrix("lm_head.weight", config.vocabularySize(), config.hiddenSize()));
        }
    }

    /** Names and shapes, in order. */
    List<ParameterSpec> specs() {
        return List.copyOf(specs);
    }

    /** For each slot of the program ({@code policy.py} lists them) the index of its parameter, or -1. */
    long[] slots() {
        return slots.clone();
    }

    private void attention(int base, String block) {
        AttentionConfig attention = config.attention();
        int hidden = config.hiddenSize();
        int queries = attention.heads() * attention.headSize();
        int keys = attention.keyValueHeads() * attention.headSize();
        add(base, norm(block + "input_layernorm.weight", hidden));
        linear(base + 1, block + "self_attn.q_proj", queries, hidden, attention.inputBias());
        linear(base + 3, block + "self_attn.k_proj", keys, hidden, attention.inputBias());
        linear(base + 5, block + "self_attn.v_proj", keys, hidden, attention.inputBias());
        if (attention.normed()) {
            add(base + 7, norm(block + "self_attn.q_norm.weight", attention.headSize()));
            add(base + 8, norm(block + "self_attn.k_norm.weight", attention.headSize()));
        }
        linear(base + 9, block + "self_attn.o_proj", hidden, queries, attention.outputBias());
    }

    /** Gemma norms a block's input and output, the others only the input, whose norm they name by what is before it. */
    private void feedForward(int base, String block) {
        boolean gemma = config.architecture().gemma();
        int hidden = config.hiddenSize();
        int inner = config.intermediateSize();
        boolean bias = config.feedForwardBias();
        String afterAttention = block + "post_attention_layernorm.weight";
        if (gemma) {
            add(base + 11, norm(afterAttention, hidden));
        }
        add(base + 12, norm(gemma ? block + "pre_feedforward_layernorm.weight" : afterAttention, hidden));
        linear(base + 13, block + "mlp.gate_proj", inner, hidden, bias);
        linear(base + 15, block + "mlp.up_proj", inner, hidden, bias);
        linear(base + 17, block + "mlp.down_proj", hidden, inner, bias);
        if (gemma) {
            add(base + 19, norm(block + "post_feedforward_layernorm.weight", hidden));
        }
    }

    private void linear(int slot, String name, int outputs, int inputs, boolean bias) {
        add(slot, ParameterSpec.matrix(name + ".weight", outputs, inputs));
        if (bias) {
            add(slot + 1, ParameterSpec.bias(name + ".bias", outputs));
        }
    }

    private ParameterSpec norm(String name, int size) {
        return config.architecture().gemma() ? ParameterSpec.bias(name, size) : ParameterSpec.norm(name, size);
    }

    private void add(int slot, ParameterSpec spec) {
        slots[slot] = specs.size();
        specs.add(spec);
    }
}
