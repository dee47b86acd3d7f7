package dev.hone.policy.generation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.Policy;
import dev.hone.policy.TorchEngine;
import dev.hone.policy.TorchProgram;
import dev.hone.policy.WeightSet;
import dev.hone.policy.generation.CacheRows.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The computing half of the generator: running sequences, their cache, and the weights in use. One thread only.
 *
 * <p>A joining sequence copies the longest beginning that any row already holds (a sample of the same group, an earlier
 * turn, a common system prompt) and computes the rest; only its last token is left for the first decode step.
 */
final class Decoder implements AutoCloseable {
    /** Waiting for another joiner's prefix has to save at least this many tokens. */
    private static final int WORTH_WAITING_TOKENS = 16;

    private static final int PREFILL_TOKENS = 8192;

    private final TorchProgram program;
    private final ModelConfig config;
    private final NDArray rope;
    private final NDManager manager;
    private final KeyValueCache cache;
    private final CacheRows rows;
    private final GeneratorCounters counters;
    private final int burst;
    private final Function<Device, Optional<Recorder>> recorders;
    private BurstRunner runner;
    private WeightSet weights;

    Decoder(
            Policy policy,
            WeightSet weights,
            GeneratorOptions options,
            GeneratorCounters counters,
            Function<Device, Optional<Recorder>> recorders) {
        this.program = policy.program();
        this.config = policy.config();
        this.rope = policy.rope();
        this.weights = weights;
        this.counters = counters;
        manager = policy.manager()
                .getParentManager()
                .newSubManager(policy.options().device());
        int capacity = options.maxConcurrent() + options.retained();
        cache = new KeyValueCache(program, config, manager.newSubManager(), capacity);
        rows = new CacheRows(capacity);
        burst = options.burst();
        this.recorders = recorders;
        runner = new EagerRunner(program, rope, manager, options.lanes(config.hiddenSize()));
    }

    /** To be called first, on the thread that computes. */
    void begin() {
        recorders.apply(manager.getDevice()).ifPresent(recorder -> {
            runner = new GraphRunner(program, rope, manager, burst, recorder);
        });
    }

    int live() {
        return rows.live();
    }

    long version() {
        return weights.version();
    }

    int managedArrays() {
        return weights.packed().size() + manager.getManagedArrays().size() + cache.managedArrays();
    }

    /** The sequences that run, in row order. */
    List<Sequence> running() {
        List<Sequence> running = new ArrayList<>();
        for (int i = 0; i < rows.live(); i++) {
            running.add(rows.sequence(i));
        }
        return running;
    }

    /**
     * Takes new weights into use and closes the old ones; what the cache holds is forgotten.
     *
     * @return sequences that ran: admit them again, their keys and values are computed anew
     */
    List<Sequence> replaceWeights(WeightSet replacement) {
        List<Sequence> interrupted = rows.evictAll();
        weights = runner.replace(weights, replacement);
        return interrupted;
    }

    /**
     * Gives back all memory but that of the weights.
     *
     * @return sequences that ran: admit them again, their keys and values are computed anew
     */
    List<Sequence> interrupt() {
        List<Sequence> interrupted = rows.evictAll();
        cache.clear();
        TorchEngine.emptyCache();
        return interrupted;
    }

    /** Lets sequences join; there must be room for all of them. */
    void admit(List<Sequence> joining) {
        List<Sequence> waiting = joining;
        while (!waiting.isEmpty()) {
            List<Sequence> wave = new ArrayList<>();
            List<Sequence> deferred = new ArrayList<>();
            int first = rows.live();
            for (Sequence sequence : waiting) {
                int limit = sequence.length() - 1;
                int source = rows.bestSource(sequence.timeline(), limit);
                int common = source < 0 ? 0 : common(rows.row(source), sequence, limit);
                if (bestInWave(wave, sequence, limit) >= common + WORTH_WAITING_TOKENS) {
                    deferred.add(sequence);
                } else {
                    rows.place(sequence, source);
                    wave.add(sequence);
                    counters.reused(source < 0 ? 0 : common);
                }
            }
            prefill(first);
            waiting = deferred;
        }
    }

    private static int common(Row row, Sequence sequence, int limit) {
        return CacheRows.commonPrefix(row.tokens, row.cached, sequence.timeline(), limit);
    }

    private static int bestInWave(List<Sequence> wave, Sequence sequence, int limit) {
        int best = 0;
        for (Sequence other : wave) {
            best = Math.max(
                    best, CacheRows.commonPrefix(other.timeline(), other.length() - 1, sequence.timeline(), limit));
        }
        return best;
    }

    /** Brings the cache to the present arrangement, then computes what live rows from {@code first} on still lack. */
    private void prefill(int first) {
        int longest = 0;
        for (int i = first; i < rows.live(); i++) {
            longest = Math.max(longest, rows.sequence(i).length());
        }
        cache.reserve(rows.used(), longest, weights.packed().getFirst());
        arrange();
        for (int from = first; from < rows.live(); ) {
            int to = from;
            int tokens = 0;
            while (to < rows.live() && (to == from || tokens + missing(to) <= PREFILL_TOKENS)) {
                tokens += missing(to++);
            }
            if (tokens > 0) {
                prefill(from, to, tokens);
            }
            from = to;
        }
    }

    private int missing(int row) {
        return rows.sequence(row).length() - 1 - rows.row(row).cached;
    }

    private void prefill(int from, int to, int tokens) {
        List<Integer> lacking = new ArrayList<>();
        for (int i = from; i < to; i++) {
            if (missing(i) > 0) {
                lacking.add(i);
            }
        }
        long[] ids = new long[tokens];
        long[] positions = new long[tokens];
        long[] sizes = new long[lacking.size()];
        long[] slots = new long[lacking.size()];
        long[] starts = new long[lacking.size()];
        int filled = 0;
        for (int j = 0; j < sizes.length; j++) {
            Row row = rows.row(lacking.get(j));
            slots[j] = lacking.get(j);
            starts[j] = row.cached;
            sizes[j] = missing(lacking.get(j));
            for (int k = 0; k < sizes[j]; k++) {
                ids[filled] = row.tokens[row.cached + k];
                positions[filled++] = row.cached + k;
            }
            row.cached += (int) sizes[j];
        }
        try (NDManager step = manager.newSubManager(Device.cpu())) {
            program.call(
                    step,
                    "prefill",
                    weights.packed(),
                    cache.keys(),
                    cache.values(),
                    step.create(ids),
                    step.create(positions),
                    sizes,
                    slots,
                    starts,
                    rope);
        }
        counters.prefilled(tokens);
    }

    private void arrange() {
        List<int[]> moves = rows.takeMoves();
        try (NDManager step = manager.newSubManager(Device.cpu())) {
            cache.move(step, moves, rows.longest(moves));
        }
    }

    /** All running sequences gain up to {@code burst} tokens; those that finished leave and are returned. */
    List<Sequence> advance() {
        int count = rows.live();
        int steps = 1;
        boolean tempered = false;
        boolean greedy = false;
        boolean filtered = false;
        long[] current = new long[count];
        long[] positions = new long[count];
        float[] cooling = new float[count];
        long[] topK = new long[count];
        float[] topP = new float[count];
        for (int i = 0; i < count; i++) {
            Sequence sequence = rows.sequence(i);
            GenerationRequest request = sequence.request;
            steps = Math.max(steps, Math.min(burst, sequence.remaining()));
            current[i] = sequence.newestToken();
            positions[i] = sequence.length() - 1;
            cooling[i] = request.temperature() == 0 ? 1 : 1 / request.temperature();
            tempered |= cooling[i] != 1;
            greedy |= request.temperature() == 0;
            filtered |= request.filtered();
            topK[i] = request.topK() == 0 ? config.vocabularySize() : request.topK();
            topP[i] = request.topP() == 1 ? 2 : request.topP();
        }
        Burst next = new Burst(
                current, positions, noise(count, steps), cooling, topK, topP, steps, tempered, greedy, filtered);
        cache.reserve(rows.used(), next.end() + 1, weights.packed().getFirst());
        record(runner.run(next, weights, cache), steps);
        return collectFinished();
    }

    private double[] noise(int count, int steps) {
        double[] noise = new double[count * steps];
        for (int i = 0; i < count; i++) {
            Sequence sequence = rows.sequence(i);
            for (int t = 0; t < steps; t++) {
                noise[i * steps + t] = sequence.request.temperature() == 0
                        ? -1
                        : Noise.uniform(sequence.request.noiseKey(), sequence.length() + (long) t);
            }
        }
        return noise;
    }

    private void record(Burst.Drawn drawn, int steps) {
        for (int i = 0; i < rows.live(); i++) {
            Sequence sequence = rows.sequence(i);
            for (int t = 0; t < steps && !sequence.finished(); t++) {
                sequence.append(
                        (int) drawn.tokens()[i * steps + t], drawn.logProbs()[i * steps + t], weights.version());
                counters.sampled(1);
            }
            rows.row(i).cached = sequence.length() - 1;
        }
    }

    private List<Sequence> collectFinished() {
        List<Sequence> finished = new ArrayList<>();
        for (int i = rows.live() - 1; i >= 0; i--) {
            Sequence sequence = rows.sequence(i);
            if (sequence.finished() || sequence.future.isDone()) {
                finished.add(sequence);
                rows.finish(i);
            }
        }
        if (!finished.isEmpty()) {
            arrange();
        }
        return finished;
    }

    @Override
    public void close() {
        runner.close();
        weights.close();
        manager.close();
    }
}
