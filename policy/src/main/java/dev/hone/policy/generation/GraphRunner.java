package dev.hone.policy.generation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.policy.OpaqueArray;
import dev.hone.policy.OutOfMemoryException;
import dev.hone.policy.TorchEngine;
import dev.hone.policy.TorchProgram;
import dev.hone.policy.WeightSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replays recordings of one decode step (CUDA graphs), one for each rounded number of rows and cached positions: a token costs
 * one launch in place of hundreds. Rows up to the rounded number are padding, at a cache position that no sequence uses. Weights that
 * come are written over those in use, whose addresses the graphs hold.
 */
final class GraphRunner implements BurstRunner {
    private static final int POSITION_STEP = 64;

    private final TorchProgram program;
    private final NDArray rope;
    private final NDManager manager;
    private final EagerRunner eager;
    private final int maxTokens;
    private final Recorder recorder;
    private final Map<StepShape, Recorder.Recording> recordings = new HashMap<>();
    private @Nullable NDManager registerOwner;
    private List<NDArray> registers = List.of();
    private @Nullable OpaqueArray keys;

    private record StepShape(int rows, int positions, boolean tempered, boolean greedy) {}

    /** @param maxTokens of a burst */
    GraphRunner(TorchProgram program, NDArray rope, NDManager manager, int maxTokens, Recorder recorder) {
        this.program = program;
        this.rope = rope;
        this.manager = manager;
        this.maxTokens = maxTokens;
        eager = new EagerRunner(program, rope, manager, 1);
        this.recorder = recorder;
    }

    @Override
    public Burst.Drawn run(Burst burst, WeightSet weights, KeyValueCache cache) {
        if (burst.filtered()) {
            return eager.run(burst, weights, cache);
        }
        if (keys != cache.keys()) {
            forget();
            keys = cache.keys();
            NDManager owner = manager.newSubManager();
            registerOwner = owner;
            registers = program.call(owner, "registers", cache.rows(), maxTokens, cache.keys());
        }
        int rows = Math.min(roundedRows(burst.rows()), cache.rows());
        int positions = Math.min((burst.end() + POSITION_STEP - 1) / POSITION_STEP * POSITION_STEP, cache.positions());
        StepShape shape = new StepShape(rows, positions, burst.tempered(), burst.greedy());
        Recorder.Recording recording = recordings.get(shape);
        if (recording == null) {
            recording = record(shape, weights, cache);
            recordings.put(shape, recording);
        }
        enter(burst, rows, cache);
        for (int token = 0; token < burst.tokens(); token++) {
            recording.replay();
        }
        try (NDManager step = manager.newSubManager()) {
            NDList drawn = program.call(step, "leave", registers, burst.rows(), burst.tokens());
            return new Burst.Drawn(drawn.get(0).toLongArray(), drawn.get(1).toFloatArray());
        }
    }

    /** To a power of 2 up to 8, to multiples of 8 up to 64, then to eighths of the power of 2 above: few shapes, little padding. */
    static int roundedRows(int rows) {
        int step = Math.max(8, Integer.highestOneBit(rows) / 4);
        return rows <= 8 ? Integer.highestOneBit(2 * rows - 1) : (rows + step - 1) / step * step;
    }

    private Recorder.Recording record(StepShape shape, WeightSet weights, KeyValueCache cache) {
        Burst nothing = new Burst(
                new long[0],
                new long[0],
                new double[0],
                new float[0],
                new long[0],
                new float[0],
                1,
                false,
                false,
                false);
        enter(nothing, shape.rows(), cache);
        step(shape, weights, cache);
        try {
            return recorder.record(() -> step(shape, weights, cache));
        } catch (OutOfMemoryException e) {
            // While it records, PyTorch does not give back what it keeps for later.
            TorchEngine.emptyCache();
            return recorder.record(() -> step(shape, weights, cache));
        }
    }

    private void step(StepShape shape, WeightSet weights, KeyValueCache cache) {
        try (NDManager step = manager.newSubManager()) {
            program.call(
                    step,
                    "step",
                    weights.packed(),
                    cache.keys(),
                    cache.values(),
                    registers,
                    shape.rows(),
                    shape.positions(),
                    shape.tempered(),
                    shape.greedy(),
                    rope);
        }
    }

    private void enter(Burst burst, int rows, KeyValueCache cache) {
        int count = burst.rows();
        long[] current = Arrays.copyOf(burst.current(), rows);
        long[] positions = Arrays.copyOf(burst.positions(), rows);
        Arrays.fill(positions, count, rows, cache.positions() - 1);
        double[] noise = Arrays.copyOf(burst.noise(), rows * burst.tokens());
        float[] cooling = Arrays.copyOf(burst.cooling(), rows);
        Arrays.fill(cooling, count, rows, 1);
        try (NDManager step = manager.newSubManager(Device.cpu())) {
            List<NDArray> inputs = List.of(
                    step.create(current),
                    step.create(positions),
                    step.create(noise, new Shape(rows, burst.tokens())),
                    step.create(cooling));
            program.call(step, "enter", registers, inputs);
        }
    }

    @Override
    public WeightSet replace(WeightSet present, WeightSet next) {
        return present.overwrittenBy(next, program);
    }

    private void forget() {
        recordings.values().forEach(Recorder.Recording::close);
        recordings.clear();
        registers = List.of();
        if (registerOwner != null) {
            registerOwner.close();
            registerOwner = null;
        }
    }

    @Override
    public void close() {
        forget();
        eager.close();
        recorder.close();
    }
}
