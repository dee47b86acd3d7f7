package dev.hone.policy;

import java.util.List;

/**
 * What a configuration says about attention.
 *
 * @param heads query heads H
 * @param keyValueHeads key and value heads G; divides {@code heads}
 * @param headSize dimensions D of one head (not always hiddenSize / heads)
 * @param scale factor of the products of queries and keys
 * @param inputBias whether the query, key and value projections have a bias
 * @param outputBias whether the output projection has one
 * @param normed whether queries and keys are normed before they are turned
 * @param window newest tokens that a windowed layer sees, itself included; 0 if no layer has a window
 * @param windowed for each layer whether it has the window
 * @param global rotary embedding of layers that see everything
 * @param local rotary embedding of windowed layers
 */
public record AttentionConfig(
        int heads,
        int keyValueHeads,
        int headSize,
        double scale,
        boolean inputBias,
        boolean outputBias,
        boolean normed,
        int window,
        List<Boolean> windowed,
        Rotary global,
        Rotary local) {

    public AttentionConfig {
        if (heads % keyValueHeads != 0) {
            throw new UnsupportedModelException(
                    "%d heads cannot share %d key-value heads evenly.".formatted(heads, keyValueHeads));
        }
        if (headSize % 2 != 0) {
            throw new UnsupportedModelException(
                    "A head of %d dimensions cannot be turned in pairs; head_dim must be even.".formatted(headSize));
        }
        windowed = List.copyOf(windowed);
    }

    /** Rotary embeddings by kind of layer: that of all, or the global and the local one. */
    List<Rotary> rotaries() {
        return windowed.contains(true) ? List.of(global, local) : List.of(global);
    }

    /** Names a timeline's frequencies: 0, or its length where that changes them. */
    long stretch(int length) {
        return rotaries().stream().anyMatch(rotary -> rotary.stretches(length)) ? length : 0;
    }
}
