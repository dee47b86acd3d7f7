package dev.hone.learner.loss;

import java.util.Arrays;

/// How the tokens of a batch are weighed together. A token's weight says all of it: `loss = sum_n weight_n *
/// l_n`. B is the number of sequences that are given, one without tokens included (TRL's convention; verl
/// leaves those out, and so does a caller that does not give them).
///
/// @param mode the formula
/// @param length tokens, for [Mode#SEQUENCE_MEAN_TOKEN_SUM_NORM]: L
public record Aggregation(Mode mode, int length) {

    /// The formulas; n_b is the number of tokens of sequence b.
    public enum Mode {
        /// Mean over the sequences of the mean over a sequence's tokens: `1 / (B * n_b)`. Shao et al. 2024,
        /// equation 3.
        SEQUENCE_MEAN_TOKEN_MEAN("seq-mean-token-mean"),
        /// Mean over all tokens: `1 / sum_b n_b`. Yu et al. 2025 (DAPO), section 3.3.
        TOKEN_MEAN("token-mean"),
        /// Mean over the sequences of the sum over a sequence's tokens: `1 / B`.
        SEQUENCE_MEAN_TOKEN_SUM("seq-mean-token-sum"),
        /// The same divided by a length that does not depend on the batch: `1 / (B * L)`. Liu et al. 2025
        /// (Dr. GRPO), section 3.2; TRL's normaliser (verl divides by L alone).
        SEQUENCE_MEAN_TOKEN_SUM_NORM("seq-mean-token-sum-norm");

        private final String configName;

        Mode(String configName) {
            this.configName = configName;
        }
    }

    public Aggregation {
        if (mode == Mode.SEQUENCE_MEAN_TOKEN_SUM_NORM && length < 1) {
            throw new IllegalArgumentException(
                    "loss_scale_factor is " + length + "; it must be the number of tokens to divide by.");
        }
    }

    /// An aggregation that needs no length.
    public static Aggregation of(Mode mode) {
        return new Aggregation(mode, 0);
    }

    /// The aggregation that `loss_agg_mode` names.
    ///
    /// @param length tokens, for `seq-mean-token-sum-norm`
    public static Aggregation named(String configName, int length) {
        return Arrays.stream(Mode.values())
                .filter(mode -> mode.configName.equals(configName))
                .findFirst()
                .map(mode -> new Aggregation(mode, length))
                .orElseThrow(() -> new IllegalArgumentException("loss_agg_mode '" + configName + "' is unknown; use "
                        + Arrays.stream(Mode.values())
                                .map(mode -> mode.configName)
                                .toList() + "."));
    }

    /// The weight of each sequence's tokens.
    ///
    /// @param tokensPerSequence `[B]`: tokens inside the mask; an episode's timelines are one sequence
    /// @return `[B]`: the weight of every masked token of that sequence; 0 for a sequence without
    public double[] weights(int[] tokensPerSequence) {
        int sequences = tokensPerSequence.length;
        double total = Arrays.stream(tokensPerSequence).asLongStream().sum();
        return Arrays.stream(tokensPerSequence)
                .mapToDouble(tokens -> tokens == 0
                        ? 0
                        : switch (mode) {
                            case SEQUENCE_MEAN_TOKEN_MEAN -> 1.0 / sequences / tokens;
                            case TOKEN_MEAN -> 1 / total;
                            case SEQUENCE_MEAN_TOKEN_SUM -> 1.0 / sequences;
                            case SEQUENCE_MEAN_TOKEN_SUM_NORM -> 1.0 / sequences / length;
                        })
                .toArray();
    }
}
