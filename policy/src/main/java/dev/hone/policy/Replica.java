package dev.hone.policy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy's weights on one device, packed in the compute type, and the gradients that add up there. Replicas compute at
 * the same time, each in one thread at a time; {@link #load} and {@link Policy#gradients} belong to the thread that trains.
 * Close it before its policy.
 */
public final class Replica implements AutoCloseable {
    private final Policy policy;
    private final int threads;
    private final @Nullable Replica weightsOf;
    private final NDManager manager;
    private final NDArray rope;
    private @Nullable NDManager loaded;
    private List<OpaqueArray> weights = List.of();
    private List<NDArray> sums = List.of();

    /** @param weightsOf a replica on the same device to read the weights of; null: own ones */
    Replica(Policy policy, Device device, int threads, @Nullable Replica weightsOf) {
        this.policy = policy;
        this.threads = threads;
        this.weightsOf = weightsOf;
        manager = policy.manager().getParentManager().newSubManager(device);
        rope = RotaryTable.of(policy.config().attention(), new long[] {0}, manager);
        load();
    }

    /** Takes over the policy's weights as they are now; replicas that share weights follow. */
    public void load() {
        if (weightsOf != null) {
            return;
        }
        if (loaded != null) {
            loaded.close();
        }
        loaded = manager.newSubManager();
        weights = policy.packed(loaded, rope);
    }

    private List<OpaqueArray> weights() {
        return weightsOf == null ? weights : weightsOf.weights();
    }

    /** The manager of this replica's arrays, on its device; make a sub-manager of it for each micro-batch. */
    public NDManager manager() {
        return manager;
    }

    /** Scores targets under the loaded weights, as Java values. Sequences with a common beginning are computed together. */
    public TokenScores score(List<ScoredSequence> sequences) {
        TorchEngine.useThreads(threads);
        try (NDManager step = manager.newSubManager()) {
            ScoreInputs inputs = ScoreInputs.of(step, policy.config(), rope, sequences);
            NDList scores = policy.program().call(step, "score", inputs.between(List.of(weights())));
            return new TokenScores(scores.get(0).toFloatArray(), scores.get(1).toFloatArray(), inputs.tokens());
        }
    }

    /**
     * The forward pass over one micro-batch. Sequences with a common beginning are computed together; neither their order
     * nor their company changes a result beyond rounding.
     *
     * @param owner of what the backward pass needs, on this replica's device; close it after that
     * @param sequences at least one target among them
     * @param sparing whether only the layers' inputs are kept and the rest is computed again (gradient checkpointing): the
     *     same gradients from a fraction of the memory, in about a third more time
     * @throws IllegalArgumentException if nothing is to be scored, or an id is no token of the model
     */
    public Trace trace(NDManager owner, List<ScoredSequence> sequences, boolean sparing) {
        TorchEngine.useThreads(threads);
        ScoreInputs inputs = ScoreInputs.of(owner, policy.config(), rope, sequences);
        List<OpaqueArray> kept =
                policy.program().callOpaque(owner, "trace", inputs.between(List.of(weights()), sparing));
        return new Trace(inputs, kept, sparing);
    }

    /**
     * The backward pass: adds the gradients of {@code sum_n g_n logProbs_n} to this replica's sums.
     *
     * @param owner of the result
     * @param gradient g [M], float32: the derivative of the loss by each log-probability
     * @return entropies [M] of the targets' tempered distributions in nats, float32
     */
    public NDArray backward(NDManager owner, Trace trace, NDArray gradient) {
        TorchEngine.useThreads(threads);
        trace.use();
        if (sums.isEmpty()) {
            sums = policy.zeroSums(manager, rope);
        }
        return policy.program()
                .call(
                        owner,
                        "backward",
                        trace.inputs().between(List.of(weights(), sums, trace.kept(), gradient), trace.sparing()))
                .singletonOrThrow();
    }

    /** Sets the sums of gradients to 0. */
    public void clear() {
        if (!sums.isEmpty()) {
            policy.program().call(manager, "clear", sums).singletonOrThrow().close();
        }
    }

    /** Sums of the packed weights' gradients, float32; empty before the first backward pass. */
    List<NDArray> sums() {
        return sums;
    }

    /** Moves another replica's sums into this one's: nothing counts twice if it is asked for again. */
    void add(Replica other) {
        if (other.sums.isEmpty()) {
            return;
        }
        if (sums.isEmpty()) {
            sums = policy.zeroSums(manager, rope);
        }
        policy.program()
                .call(manager, "gather", sums, other.sums)
                .singletonOrThrow()
                .close();
        other.clear();
    }

    Device device() {
        return Objects.requireNonNull(manager.getDevice());
    }

    @Override
    public void close() {
        manager.close();
    }
}
