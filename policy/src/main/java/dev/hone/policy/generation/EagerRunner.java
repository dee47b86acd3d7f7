package dev.hone.policy.generation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.policy.TorchProgram;
import dev.hone.policy.WeightSet;

/** Launches every operator of a burst, all in one native call. */
final class EagerRunner implements BurstRunner {
    private final TorchProgram program;
    private final NDArray rope;
    private final NDManager manager;

    EagerRunner(TorchProgram program, NDArray rope, NDManager manager) {
        this.program = program;
        this.rope = rope;
        this.manager = manager;
    }

    @Override
    public Burst.Drawn run(Burst burst, WeightSet weights, KeyValueCache cache) {
        try (NDManager step = manager.newSubManager(Device.cpu())) {
            NDList drawn = program.call(
                    step,
                    "decode",
                    weights.packed(),
                    cache.keys(),
                    cache.values(),
                    step.create(burst.current()),
                    step.create(burst.positions()),
                    step.create(burst.noise(), new Shape(burst.rows(), burst.tokens())),
                    step.create(burst.cooling()),
                    burst.tempered(),
                    burst.greedy(),
                    burst.filtered(),
                    step.create(burst.topK()),
                    step.create(burst.topP()),
                    burst.end() - burst.tokens(),
                    rope);
            return new Burst.Drawn(drawn.get(0).toLongArray(), drawn.get(1).toFloatArray());
        }
    }

    @Override
    public WeightSet replace(WeightSet present, WeightSet next) {
        present.close();
        return next;
    }

    @Override
    public void close() {}
}
