package dev.hone.policy.generation;

import ai.djl.Device;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.OutOfMemoryException;
import dev.hone.policy.Policy;
import dev.hone.policy.TorchEngine;
import dev.hone.policy.WeightSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generates from published weights by continuous batching: requests join and leave one batch between bursts of a few
 * tokens. One thread computes; any thread may submit.
 *
 * <p>A result depends on its request and the weights, not on who shares the batch (up to the rounding of differently
 * shaped matrix products).
 */
public final class Generator implements AutoCloseable {
    /** What happens to running requests when new weights come. */
    public enum SwapMode {
        /** They finish under the weights they began with; requests not yet begun wait for the new ones. */
        FINISH_FIRST,
        /** They go on under the new weights from the next burst; their keys and values are computed anew. */
        CONTINUE
    }

    private static final Logger LOG = LoggerFactory.getLogger(Generator.class);

    private record Swap(WeightSet weights, SwapMode mode, CompletableFuture<Void> done) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Deque<Sequence> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private final Deque<Swap> swaps = new ArrayDeque<>();

    @GuardedBy("lock")
    private @Nullable Throwable broken;

    @GuardedBy("lock")
    private boolean closed;

    private final Decoder decoder;
    private final GeneratorOptions options;
    private final GeneratorCounters counters = new GeneratorCounters();
    private final ModelConfig config;
    private final int threads;
    private final Thread thread;
    private volatile long version;

    /** Written by the generating thread alone. */
    private volatile int room;

    /**
     * Starts the generating thread.
     *
     * @param policy gives program and configuration; its parameters are not read. It has to stay open longer than this.
     * @param weights used first; closed by the generator, as are all that follow
     */
    public Generator(Policy policy, WeightSet weights, GeneratorOptions options) {
        this(policy, weights, options, Recorder::on);
    }

    Generator(
            Policy policy,
            WeightSet weights,
            GeneratorOptions options,
            Function<Device, Optional<Recorder>> recorders) {
        this.options = options;
        config = policy.config();
        threads = options.operatorThreads(config.hiddenSize());
        decoder = new Decoder(policy, weights, options, counters, recorders);
        version = weights.version();
        room = options.maxConcurrent();
        thread = Thread.ofPlatform().name("generator").daemon().start(this::run);
    }

    /**
     * Queues a request.
     *
     * @return the continuation; fails with {@link GenerationException} if the engine breaks or closes, with {@link
     *     VersionGoneException} if the weights are newer than it allows, with {@link OutOfMemoryException} if memory does not
     *     hold it even alone. Cancelling it frees
     *     the request's place at the next burst.
     * @throws IllegalArgumentException if an id is no token of the model, or the prompt fills its context
     */
    public CompletableFuture<Generated> submit(GenerationRequest request) {
        config.requireTokens("The prompt", request.promptIds());
        config.requireTokens(
                "The set of stop ids",
                request.stopTokenIds().stream().mapToInt(Integer::intValue).toArray());
        int maxPositions = config.maxPositions();
        Sequence sequence = new Sequence(request, maxPositions);
        if (sequence.budget() < 1) {
            throw new IllegalArgumentException(
                    "The prompt has %d tokens; the model's %d positions leave no room to generate. Shorten the prompt."
                            .formatted(request.promptIds().length, maxPositions));
        }
        lock.lock();
        try {
            if (closed || broken != null) {
                sequence.future.completeExceptionally(failure(broken));
            } else {
                queue.add(sequence);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        return sequence.future;
    }

    /**
     * Takes new weights into use at a burst's boundary, and closes the old ones then.
     *
     * @return completes when requests that begin from then on are generated by the new weights
     */
    public CompletableFuture<Void> swap(WeightSet weights, SwapMode mode) {
        Swap swap = new Swap(weights, mode, new CompletableFuture<>());
        lock.lock();
        try {
            if (closed || broken != null) {
                weights.close();
                swap.done().completeExceptionally(failure(broken));
            } else {
                swaps.add(swap);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        return swap.done();
    }

    /** Version of the weights in use. */
    public long version() {
        return version;
    }

    /** How many run at one time, at most: fewer than wanted once memory ran out. */
    int room() {
        return room;
    }

    public GeneratorCounters counters() {
        return counters;
    }

    /** Native arrays that the engine owns: weights and cache. */
    int managedArrays() {
        return decoder.managedArrays();
    }

    /** Ends the thread after its present burst; requests that wait or run fail. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Throwable cause = null;
        try {
            TorchEngine.useThreads(threads);
            decoder.begin();
            while (awaitWork()) {
                long start = System.nanoTime();
                applySwaps();
                burst(takeJoining());
                counters.busy(System.nanoTime() - start);
            }
        } catch (RuntimeException | Error e) {
            cause = e;
        }
        end(cause);
    }

    private void burst(List<Sequence> joining) {
        try {
            if (!joining.isEmpty()) {
                decoder.admit(joining);
            }
            if (decoder.live() > 0) {
                decoder.advance().forEach(Generator::complete);
            }
        } catch (OutOfMemoryException e) {
            shrink(joining, e);
        }
    }

    /** Starts over with half as many at one time; what was sampled stands. One that does not fit alone fails. */
    private void shrink(List<Sequence> joining, OutOfMemoryException cause) {
        Set<Sequence> begun = new LinkedHashSet<>(decoder.interrupt());
        begun.addAll(joining);
        if (begun.size() == 1) {
            begun.iterator().next().future.completeExceptionally(cause);
            return;
        }
        LOG.warn(
                "Memory ran out while {} requests were generated; going on with {} at one time.",
                begun.size(),
                begun.size() / 2);
        room = begun.size() / 2;
        again(List.copyOf(begun));
    }

    /** Puts sequences before all that wait. */
    private void again(List<Sequence> interrupted) {
        lock.lock();
        try {
            interrupted.reversed().forEach(queue::addFirst);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is something to do; false when closed. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closed && decoder.live() == 0 && swaps.isEmpty() && !anyAdmissible()) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean anyAdmissible() {
        return queue.stream().anyMatch(sequence -> sequence.request.minVersion() <= version);
    }

    private void applySwaps() {
        for (Swap swap = nextSwap(); swap != null; swap = nextSwap()) {
            List<Sequence> interrupted;
            try {
                interrupted = decoder.replaceWeights(swap.weights());
            } catch (RuntimeException | Error e) {
                swap.done().completeExceptionally(failure(e));
                throw e;
            }
            version = swap.weights().version();
            again(interrupted);
            swap.done().complete(null);
        }
    }

    /** The next swap that may happen now: running requests have finished, or need not. */
    private @Nullable Swap nextSwap() {
        lock.lock();
        try {
            Swap next = swaps.peek();
            boolean ready = next != null
                    && (next.mode() == SwapMode.CONTINUE
                            || decoder.live() == 0 && queue.stream().noneMatch(Sequence::begun));
            return ready ? swaps.poll() : null;
        } finally {
            lock.unlock();
        }
    }

    private List<Sequence> takeJoining() {
        List<Sequence> joining = new ArrayList<>();
        lock.lock();
        try {
            int free = room - decoder.live();
            boolean draining = !swaps.isEmpty();
            for (Iterator<Sequence> each = queue.iterator(); each.hasNext() && free > 0; ) {
                Sequence sequence = each.next();
                if (sequence.future.isDone()) {
                    each.remove();
                } else if (draining && !sequence.begun()) {
                    continue;
                } else if (sequence.request.maxVersion() < version) {
                    each.remove();
                    gone(sequence);
                } else if (sequence.request.minVersion() <= version) {
                    each.remove();
                    joining.add(sequence);
                    free--;
                }
            }
        } finally {
            lock.unlock();
        }
        return joining;
    }

    private void gone(Sequence sequence) {
        sequence.future.completeExceptionally(new VersionGoneException(sequence.request.maxVersion(), version));
    }

    private static void complete(Sequence sequence) {
        if (sequence.finished()) {
            sequence.future.complete(sequence.result());
        }
    }

    private void end(@Nullable Throwable cause) {
        List<Sequence> abandoned = new ArrayList<>(decoder.running());
        List<Swap> unused;
        lock.lock();
        try {
            broken = cause;
            closed = true;
            abandoned.addAll(queue);
            queue.clear();
            unused = List.copyOf(swaps);
            swaps.clear();
        } finally {
            lock.unlock();
        }
        abandoned.forEach(sequence -> sequence.future.completeExceptionally(failure(cause)));
        for (Swap swap : unused) {
            swap.weights().close();
            swap.done().completeExceptionally(failure(cause));
        }
        decoder.close();
    }

    private static GenerationException failure(@Nullable Throwable cause) {
        return cause == null
                ? new GenerationException("The generator is closed; submit to a new one.", null)
                : new GenerationException("The generator broke: %s. Restart it.".formatted(cause), cause);
    }
}
