package dev.hone.learner.model;

import ai.djl.Device;
import com.sun.management.OperatingSystemMXBean;
import dev.hone.policy.ComputeType;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.TorchEngine;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/// Where a policy computes and in which precision, as a configuration says it.
public final class Placement {
    private Placement() {}

    /// Options of a policy.
    ///
    /// @param device `auto` (the first GPU, else the CPU), `cpu` or `cuda`
    /// @param computeType `float32` or `bfloat16`
    /// @param threads inside one operator on the CPU
    /// @throws IllegalArgumentException if a GPU is asked for and there is none
    public static PolicyOptions of(String device, String computeType, int threads) {
        ComputeType type = ComputeType.valueOf(computeType.toUpperCase(Locale.ROOT));
        return new PolicyOptions(device(device), type, threads);
    }

    /// The same with as many threads as there are cores.
    public static PolicyOptions of(String device, String computeType) {
        return of(device, computeType, Runtime.getRuntime().availableProcessors());
    }

    /// Replicas of the weights that a batch is dealt among.
    ///
    /// @param devices `auto` (all GPUs, or on the CPU one for each thread, at most 2), or a number
    /// @throws IllegalArgumentException if there are not so many GPUs
    public static int replicas(String devices, PolicyOptions options) {
        boolean gpu = options.device().isGpu();
        if (devices.equals("auto")) {
            return gpu ? TorchEngine.gpuCount() : Math.min(2, Math.max(1, options.threads()));
        }
        int count = Integer.parseInt(devices);
        if (gpu && count > TorchEngine.gpuCount()) {
            throw new IllegalArgumentException("trainer_common.devices is " + count + ", but there are "
                    + TorchEngine.gpuCount() + " GPUs here; lower it or set it to auto.");
        }
        return count;
    }

    /// Bytes of memory where a policy computes; of a GPU unknown: [Long#MAX_VALUE].
    public static long memory(PolicyOptions options) {
        return !options.device().isGpu()
                        && ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    private static Device device(String name) {
        if (name.equals("cpu")) {
            return Device.cpu();
        }
        Device best = PolicyOptions.best().device();
        if (name.equals("cuda") && !best.isGpu()) {
            throw new IllegalArgumentException(
                    "device is 'cuda' but no GPU can be used here; set device to 'auto' or 'cpu'.");
        }
        return best;
    }
}
