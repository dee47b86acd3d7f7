package dev.hone.policy.generation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.hone.policy.TorchEngine;
import dev.hone.policy.TorchProgram;
import dev.hone.policy.WeightSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Launches every operator of a burst, all in one native call. The operators of a small model are too small to share among
 * cores: there the rows are shared, each part of them in a call and a thread of its own.
 */
final class EagerRunner implements BurstRunner {
    /** Fewer rows are not worth a call. */
    private static final int LEAST_ROWS = 16;

    private final TorchProgram program;
    private final NDArray rope;
    private final NDManager manager;
    private final int lanes;
    private final ExecutorService others;

    /** @param lanes threads that share a burst's rows, the calling one among them */
    EagerRunner(TorchProgram program, NDArray rope, NDManager manager, int lanes) {
        this.program = program;
        this.rope = rope;
        this.manager = manager;
        this.lanes = lanes;
        others = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("generator-lane-", 1).factory());
    }

    @Override
    public Burst.Drawn run(Burst burst, WeightSet weights, KeyValueCache cache) {
        int parts = Math.clamp(burst.rows() / LEAST_ROWS, 1, lanes);
        List<CompletableFuture<Burst.Drawn>> later = new ArrayList<>();
        for (int part = 1; part < parts; part++) {
            int from = burst.rows() * part / parts;
            Burst rows = burst.part(from, burst.rows() * (part + 1) / parts);
            later.add(CompletableFuture.supplyAsync(
                    () -> {
                        TorchEngine.useThreads(1);
                        return decode(from, rows, weights, cache);
                    },
                    others));
        }
        List<Burst.Drawn> drawn = new ArrayList<>();
        try {
            drawn.add(decode(0, parts == 1 ? burst : burst.part(0, burst.rows() / parts), weights, cache));
        } finally {
            CompletableFuture.allOf(later.toArray(CompletableFuture[]::new))
                    .exceptionally(e -> null)
                    .join();
        }
        later.forEach(part -> drawn.add(part.join()));
        return Burst.Drawn.joined(drawn);
    }

    private Burst.Drawn decode(int first, Burst burst, WeightSet weights, KeyValueCache cache) {
        try (NDManager step = manager.newSubManager(Device.cpu())) {
            NDList drawn = program.call(
                    step,
                    "decode",
                    weights.packed(),
                    cache.keys(),
                    cache.values(),
                    first,
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
    public void close() {
        others.close();
    }
}
