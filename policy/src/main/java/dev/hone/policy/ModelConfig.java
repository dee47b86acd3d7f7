package dev.hone.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a Hugging Face {@code config.json} says about a model, in either spelling (Transformers 4: {@code rope_theta},
 * {@code torch_dtype}; Transformers 5: {@code rope_parameters}, {@code dtype}).
 *
 * @param architecture the table that names its parameters
 * @param vocabularySize tokens V
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the feed-forward block
 * @param layers number of blocks
 * @param heads query heads H
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize dimensions D of one head (not always hiddenSize / heads)
 * @param normEpsilon added to the mean square in RMS norm
 * @param ropeTheta base of the rotary frequencies
 * @param maxPositions longest timeline that the model was made for, in tokens
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param initializerRange standard deviation of fresh weights
 */
public record ModelConfig(
        Architecture architecture,
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        double normEpsilon,
        double ropeTheta,
        int maxPositions,
        boolean tiedEmbeddings,
        double initializerRange) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ModelConfig {
        if (heads % keyValueHeads != 0) {
            throw new UnsupportedModelException(
                    "%d heads cannot share %d key-value heads evenly.".formatted(heads, keyValueHeads));
        }
    }

    /**
     * Reads {@code config.json} of a model directory.
     *
     * @throws UnsupportedModelException if it is missing, is not JSON, or asks for something not built
     */
    public static ModelConfig read(Path directory) throws IOException {
        Path file = directory.resolve("config.json");
        if (!Files.isRegularFile(file)) {
            throw new UnsupportedModelException(
                    "%s has no config.json; give a model directory as Hugging Face lays it out.".formatted(directory));
        }
        try {
            return parse(JSON.readTree(Files.readString(file)));
        } catch (JacksonException e) {
            throw new UnsupportedModelException("%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
        }
    }

    static ModelConfig parse(JsonNode json) {
        Architecture architecture = Architecture.named(json.path("model_type").asString("(none)"));
        architecture.requireSupported(json);
        int heads = integer(json, "num_attention_heads");
        int hidden = integer(json, "hidden_size");
        return new ModelConfig(
                architecture,
                integer(json, "vocab_size"),
                hidden,
                integer(json, "intermediate_size"),
                integer(json, "num_hidden_layers"),
                heads,
                present(json, "num_key_value_heads") ? integer(json, "num_key_value_heads") : heads,
                present(json, "head_dim") ? integer(json, "head_dim") : hidden / heads,
                json.path("rms_norm_eps").asDouble(1e-6),
                ropeTheta(json),
                json.path("max_position_embeddings").asInt(32768),
                json.path("tie_word_embeddings").asBoolean(false),
                json.path("initializer_range").asDouble(0.02));
    }

    private static double ropeTheta(JsonNode json) {
        JsonNode parameters =
                present(json, "rope_parameters") ? json.path("rope_parameters") : json.path("rope_scaling");
        String type =
                parameters.path("rope_type").asString(parameters.path("type").asString("default"));
        if (!type.equals("default")) {
            throw new UnsupportedModelException(
                    "rope_type %s is not supported; supported is default (no scaling).".formatted(type));
        }
        return json.path("rope_parameters")
                .path("rope_theta")
                .asDouble(json.path("rope_theta").asDouble(10000));
    }

    private static int integer(JsonNode json, String key) {
        int value = json.path(key).asInt(0);
        if (value <= 0) {
            throw new UnsupportedModelException(
                    "config.json has %s = %s; a positive integer is needed.".formatted(key, json.path(key)));
        }
        return value;
    }

    static boolean present(JsonNode json, String key) {
        return json.has(key) && !json.path(key).isNull();
    }
}
