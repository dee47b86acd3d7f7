package dev.hone.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The constants of the program {@code policy.py}, by its names. */
final class ProgramConstants {
    private ProgramConstants() {}

    static Map<String, Object> of(
            ModelConfig config, ParameterTable table, LoraTable adapters, double adapterScale, ComputeType type) {
        AttentionConfig attention = config.attention();
        List<Rotary> rotaries = attention.rotaries();
        Map<String, Object> constants = new HashMap<>();
        constants.put("layers", config.layers());
        constants.put("heads", attention.heads());
        constants.put("groups", attention.keyValueHeads());
        constants.put("d", attention.headSize());
        constants.put("dtype", type.torchCode());
        constants.put("eps", config.normEpsilon());
        constants.put("attention_scale", attention.scale());
        constants.put("embedding_scale", type.rounded(config.embeddingScale()));
        constants.put("cap", config.logitCap());
        constants.put("activation", config.activation().ordinal());
        constants.put("padding", config.paddingToken());
        constants.put("centred", config.architecture().gemma());
        constants.put("window", attention.window());
        constants.put(
                "kinds",
                attention.windowed().stream().mapToLong(one -> one ? 1 : 0).toArray());
        constants.put("slots", table.slots());
        constants.put("adapters", adapters.places());
        constants.put("adapter_scale", adapterScale);
        constants.put(
                "rope_scales",
                rotaries.stream().mapToDouble(Rotary::attentionFactor).toArray());
        return constants;
    }
}
