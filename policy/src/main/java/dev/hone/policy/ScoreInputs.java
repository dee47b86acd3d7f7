package dev.hone.policy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;

/** Packed sequences as arguments of the program's {@code trace}, {@code backward} and {@code score}, on a device. */
final class ScoreInputs {
    private final int tokens;
    private final Object[] arguments;

    private ScoreInputs(int tokens, Object[] arguments) {
        this.tokens = tokens;
        this.arguments = arguments;
    }

    /**
     * @param owner of the arrays; they lie on its device
     * @param rope the frequencies of stretch 0 on that device
     * @throws IllegalArgumentException if nothing is to be scored, or an id is no token of the model
     */
    static ScoreInputs of(NDManager owner, ModelConfig config, NDArray rope, List<ScoredSequence> sequences) {
        for (int i = 0; i < sequences.size(); i++) {
            config.requireTokens("Sequence " + i, sequences.get(i).tokenIds());
        }
        Device device = owner.getDevice();
        PackedBatch batch = PackedBatch.of(sequences, config.attention()::stretch, !device.isGpu());
        if (batch.rows().length == 0) {
            throw new IllegalArgumentException("No sequence has a target to score.");
        }
        return new ScoreInputs(batch.tokens(), new Object[] {
            owner.create(batch.ids()),
            owner.create(batch.positions()),
            owner.create(batch.choices()),
            batch.sizes(),
            batch.parents(),
            owner.create(batch.rows()),
            owner.create(batch.targets()),
            cooling(owner, batch.cooling()),
            Arrays.equals(batch.stretches(), new long[] {0})
                    ? rope
                    : RotaryTable.of(config.attention(), batch.stretches(), owner)
        });
    }

    /** Empty if no logit has to be tempered: then a pass over all of them is left out. */
    private static NDArray cooling(NDManager owner, float[] cooling) {
        for (float one : cooling) {
            if (one != 1) {
                return owner.create(cooling);
            }
        }
        return owner.create(new Shape(0), DataType.FLOAT32);
    }

    /** Tokens that go through the model. */
    int tokens() {
        return tokens;
    }

    /** The arguments with others around them. */
    Object[] between(List<Object> before, Object... after) {
        Object[] all = new Object[before.size() + arguments.length + after.length];
        System.arraycopy(before.toArray(), 0, all, 0, before.size());
        System.arraycopy(arguments, 0, all, before.size(), arguments.length);
        System.arraycopy(after, 0, all, before.size() + arguments.length, after.length);
        return all;
    }
}
