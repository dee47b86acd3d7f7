package dev.hone.learner.loss;

import java.util.Arrays;

/// How the tokens of a batch are weighed together. A token's weight says all of it: `loss = sum_n weight_n * l_n`.
public enum Aggregation {
    /// Mean over the sequences of the mean over a sequence's tokens: `1 / (B * n_b)`. B counts every sequence that is
    /// given,
    /// one without tokens included (TRL's convention; verl leaves empty ones out).
    SEQUENCE_MEAN_TOKEN_MEAN("seq-mean-token-mean"),
    /// Mean over all tokens of the batch: `1 / sum_b n_b`.
    TOKEN_MEAN("token-mean");

    private final String configName;

    Aggregation(String configName) {
        this.configName = configName;
    }

    /// The aggregation that `loss_agg_mode` names.
    public static Aggregation named(String configName) {
        return Arrays.stream(values())
                .filter(mode -> mode.configName.equals(configName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "loss_agg_mode '" + configName + "' is unknown; use seq-mean-token-mean or token-mean."));
    }

    /// The weight of each sequence's tokens.
    ///
    /// @param tokensPerSequence `[B]`: tokens inside the mask; an episode's timelines are one sequence
    /// @return `[B]`: the weight of every masked token of that sequence; 0 for a sequence without
    public double[] weights(int[] tokensPerSequence) {
        double total = Arrays.stream(tokensPerSequence).asLongStream().sum();
        return Arrays.stream(tokensPerSequence)
                .mapToDouble(tokens -> switch (this) {
                    case SEQUENCE_MEAN_TOKEN_MEAN -> tokens == 0 ? 0 : 1.0 / tokensPerSequence.length / tokens;
                    case TOKEN_MEAN -> tokens == 0 ? 0 : 1 / total;
                })
                .toArray();
    }
}
