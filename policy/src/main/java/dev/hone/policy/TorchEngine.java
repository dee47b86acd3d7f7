package dev.hone.policy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * The one door to DJL's PyTorch engine: sets what must stand before the engine loads (offline, no telemetry, no
 * graph optimiser), so that nobody has to pass flags. Native libraries come from the jars on the class path and are
 * unpacked into DJL's cache ({@code DJL_CACHE_DIR}, by default {@code ~/.djl.ai}).
 */
public final class TorchEngine {
    private static final Engine ENGINE = load();
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

    private static final ThreadLocal<Integer> THREADS = ThreadLocal.withInitial(() -> 0);

    private TorchEngine() {}

    private static Engine load() {
        System.setProperty("ai.djl.offline", System.getProperty("ai.djl.offline", "true"));
        System.setProperty("OPT_OUT_TRACKING", System.getProperty("OPT_OUT_TRACKING", "true"));
        System.setProperty(
                "ai.djl.pytorch.graph_optimizer", System.getProperty("ai.djl.pytorch.graph_optimizer", "false"));
        // OpenMP's threads sleep, not spin, while they wait for each other. Spinning costs up to ten times the time of
        // a training
        // step where other processes (the broker, the database, the sandbox) share the cores.
        NativeEnvironment.offer("OMP_WAIT_POLICY", "PASSIVE");
        // Micro-batches differ in size: in segments that cannot grow, a GPU's memory ends in pieces that fit nothing.
        NativeEnvironment.offer("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True");
        return Engine.getEngine("PyTorch");
    }

    /** The engine, loaded on first use. */
    public static Engine get() {
        return ENGINE;
    }

    /** GPUs that can be used here. */
    public static int gpuCount() {
        return ENGINE.getGpuCount();
    }

    /** Settings that PyTorch keeps per thread; cheap to call again. */
    static void prepareThread() {
        if (!PREPARED.get()) {
            JniUtils.setGraphExecutorOptimize(false);
            PREPARED.set(true);
        }
    }

    /** Does work of which this thread remembers how each result came about, for {@link #backward}. */
    public static <T> T recorded(Supplier<T> work) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try {
            return work.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /**
     * Gives the arrays that want a gradient, and that a number was computed from in {@link #recorded} work, its derivative by
     * each of their elements.
     *
     * @param number without dimensions
     */
    public static void backward(NDArray number) {
        NDArray one = number.getManager().ones(new Shape(), number.getDataType());
        JniUtils.backward((PtNDArray) number, (PtNDArray) one, false, false);
    }

    /** Gives memory that PyTorch keeps for later back to the GPUs, after what was launched there is done. */
    public static void emptyCache() {
        JniUtils.emptyCudaCache();
    }

    /**
     * Operators called from this thread are computed by this many threads.
     *
     * @param threads at least 1; 0 means the number of cores
     */
    public static void useThreads(int threads) {
        int wanted = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        if (THREADS.get() != wanted) {
            JniUtils.setNumThreads(wanted);
            THREADS.set(wanted);
        }
    }
}
