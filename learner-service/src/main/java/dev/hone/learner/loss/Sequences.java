package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/// Which sequence each token belongs to; all tokens of a sequence are given together.
public final class Sequences {
    private final int[] indices;

    /// @param indices `[N]`: the sequence of each token, from 0
    public Sequences(int[] indices) {
        this.indices = indices.clone();
    }

    /// Each token's sequence's sum, differentiable: `y_n = sum_k [sequence_k = sequence_n] x_k`.
    ///
    /// @param values `[N]`, 0 outside the mask
    /// @return `[N]`, in the manager of `values`
    NDArray sum(NDArray values) {
        NDArray members = members(values);
        return members.transpose().matMul(members.matMul(values.reshape(-1, 1))).reshape(-1);
    }

    /// Each token's sequence's mean over the tokens inside the mask, differentiable.
    ///
    /// @param values `[N]`, 0 outside the mask
    /// @param inLoss `[N]`: 1 inside the mask, else 0
    NDArray mean(NDArray values, NDArray inLoss) {
        return sum(values).div(sum(inLoss).maximum(1));
    }

    /// `[K, N]`: 1 where token n belongs to sequence k.
    private NDArray members(NDArray like) {
        int rows = Arrays.stream(indices).max().orElse(0) + 1;
        NDArray owner = like.getManager().create(indices).reshape(1, -1);
        NDArray row = like.getManager().arange(rows).reshape(-1, 1);
        return row.eq(owner).toType(like.getDataType(), false);
    }
}
