package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** Rotary frequencies as the program takes them. */
final class RotaryTable {
    private RotaryTable() {}

    /**
     * Inverse frequencies [kinds, K, D/2] float32.
     *
     * @param stretches [K] names of frequency sets; see {@link AttentionConfig#stretch}
     * @param owner owns the result
     */
    static NDArray of(AttentionConfig attention, long[] stretches, NDManager owner) {
        List<Rotary> rotaries = attention.rotaries();
        int half = attention.headSize() / 2;
        float[] table = new float[rotaries.size() * stretches.length * half];
        int next = 0;
        for (Rotary rotary : rotaries) {
            for (long stretch : stretches) {
                float[] set = rotary.frequencies(attention.headSize(), Math.toIntExact(stretch));
                System.arraycopy(set, 0, table, next, half);
                next += half;
            }
        }
        return owner.create(table, new Shape(rotaries.size(), stretches.length, half));
    }
}
