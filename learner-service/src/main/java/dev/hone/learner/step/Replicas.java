package dev.hone.learner.step;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.policy.Policy;
import dev.hone.policy.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/// A policy's replicas: each computes a part of a batch, all at the same time, each in a thread of its own. On GPUs
/// each has a device and its own copy of the weights; on the CPU they read the same ones and share the cores. Belongs
/// to the thread that trains; why gradients meet as they do: docs/adr/0004.
public final class Replicas implements AutoCloseable {
    private final Policy policy;
    private final List<Replica> replicas;
    private final ExecutorService threads;

    private Replicas(Policy policy, List<Replica> replicas) {
        this.policy = policy;
        this.replicas = List.copyOf(replicas);
        this.threads = Executors.newFixedThreadPool(
                replicas.size(),
                Thread.ofPlatform().name("replica-", 0).daemon().factory());
    }

    /// One replica on the policy's own device.
    public static Replicas one(Policy policy) {
        return of(policy, 1);
    }

    /// Replicas on GPUs from the first one on, or on the CPU with a share of the policy's threads each.
    ///
    /// @param count at least 1
    /// @throws IllegalArgumentException if there are not so many GPUs
    public static Replicas of(Policy policy, int count) {
        Device device = policy.options().device();
        int cores = policy.options().threads() > 0
                ? policy.options().threads()
                : Runtime.getRuntime().availableProcessors();
        List<Replica> replicas = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                if (device.isGpu()) {
                    replicas.add(policy.newReplica(Device.gpu(i), 0));
                } else if (i == 0) {
                    replicas.add(policy.newReplica(device, Math.max(1, cores / count)));
                } else {
                    replicas.add(policy.newReplicaBeside(replicas.getFirst(), Math.max(1, cores / count)));
                }
            }
        } catch (RuntimeException e) {
            replicas.forEach(Replica::close);
            throw e;
        }
        return new Replicas(policy, replicas);
    }

    Policy policy() {
        return policy;
    }

    /// How many there are.
    public int count() {
        return replicas.size();
    }

    /// Takes over the policy's weights.
    void load() {
        replicas.forEach(Replica::load);
    }

    /// Forgets gradients.
    void clear() {
        replicas.forEach(Replica::clear);
    }

    /// Work on each part by the replica of its place, at the same time; results in the order of the parts. When it
    /// returns or throws, none is at work.
    ///
    /// @param parts at most as many as there are replicas
    /// @throws RuntimeException the first part's that failed
    <T, R> List<R> each(List<T> parts, BiFunction<Replica, T, R> work) {
        if (parts.size() == 1) {
            return List.of(work.apply(replicas.getFirst(), parts.getFirst()));
        }
        List<CompletableFuture<R>> futures = IntStream.range(0, parts.size())
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> work.apply(replicas.get(i), parts.get(i)), threads))
                .toList();
        try {
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        return futures.stream().map(CompletableFuture::join).toList();
    }

    /// The gradients of all replicas together: summed on the first one's device, in the replicas' order.
    ///
    /// @param owner of the result
    /// @return one for each trainable parameter of the policy
    List<NDArray> gradients(NDManager owner) {
        return policy.gradients(owner, replicas);
    }

    @Override
    public void close() {
        threads.close();
        replicas.reversed().forEach(Replica::close);
    }
}
