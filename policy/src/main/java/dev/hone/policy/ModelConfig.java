package dev.hone.policy;

import dev.hone.contracts.run.LoraConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
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
 * @param attention heads, windows, rotary embeddings
 * @param activation inside the feed-forward block
 * @param feedForwardBias whether the feed-forward block's projections have a bias
 * @param normEpsilon added to the mean square in RMS norm
 * @param embeddingScale factor of the embedded tokens
 * @param logitCap bound of the logits (cap * tanh(logits / cap)), 0 if there is none
 * @param maxPositions longest timeline to generate, in tokens
 * @param tiedEmbeddings whether the output projection is the embedding
 * @param paddingToken token whose embedding gets no gradient from where it stands in a text, or -1
 * @param initializerRange standard deviation of fresh weights
 */
public record ModelConfig(
        Architecture architecture,
        int vocabularySize,
        int hiddenSize,
        int intermediateSize,
        int layers,
        AttentionConfig attention,
        Activation activation,
        boolean feedForwardBias,
        double normEpsilon,
        double embeddingScale,
        double logitCap,
        int maxPositions,
        boolean tiedEmbeddings,
        int paddingToken,
        double initializerRange) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Reads {@code config.json} of a model directory.
     *
     * @throws UnsupportedModelException if it is missing, is not JSON, or asks for something not built
     */
    public static ModelConfig read(Path directory) throws IOException {
        return read(directory, "config.json");
    }

    static ModelConfig read(Path directory, String name) throws IOException {
        if (Files.exists(directory.resolve("adapter_config.json"))) {
            throw new UnsupportedModelException(
                    ("%s holds an adapter (adapter_config.json), not a model; name its base model in model.path and %s in"
                                    + " model.adapter.")
                            .formatted(directory, directory));
        }
        return readFile(directory.resolve(name));
    }

    static ModelConfig readFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new UnsupportedModelException("%s has no %s; give a model directory as Hugging Face lays it out."
                    .formatted(file.getParent(), file.getFileName()));
        }
        try {
            return parse(JSON.readTree(Files.readString(file)));
        } catch (JacksonException e) {
            throw new UnsupportedModelException("%s is not JSON: %s".formatted(file, e.getOriginalMessage()));
        }
    }

    static ModelConfig parse(JsonNode json) {
        return new ConfigReader(json).read();
    }

    /** Elements of all parameters; an embedding that is also the head counts once. */
    public long parameterCount() {
        return elements(new ParameterTable(this).specs());
    }

    /** Elements of what is trained: adapters where there are any, else all parameters. */
    public long trainableCount(LoraConfig lora) {
        List<ParameterSpec> all = new ParameterTable(this).specs();
        return elements(lora.active() ? new LoraTable(all, lora).specs() : all);
    }

    private static long elements(List<ParameterSpec> specs) {
        return specs.stream()
                .mapToLong(spec -> Arrays.stream(spec.shape()).reduce(1, Math::multiplyExact))
                .sum();
    }

    /**
     * Native code must not see an id that has no row in the embedding: on a GPU it takes the whole process's context down.
     *
     * @param holder what the ids stand in, for the message
     * @throws IllegalArgumentException if one of the ids is no token
     */
    public void requireTokens(String holder, int... ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= vocabularySize) {
                throw new IllegalArgumentException(
                        "%s holds id %d at index %d; the model's vocabulary has ids 0 to %d. Use the tokenizer of this model."
                                .formatted(holder, ids[i], i, vocabularySize - 1));
            }
        }
    }

    /** Query heads H. */
    public int heads() {
        return attention.heads();
    }

    /** Key and value heads G. */
    public int keyValueHeads() {
        return attention.keyValueHeads();
    }

    /** Dimensions D of one head. */
    public int headSize() {
        return attention.headSize();
    }
}
