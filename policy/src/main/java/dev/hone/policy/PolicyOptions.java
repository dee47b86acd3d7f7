package dev.hone.policy;

import ai.djl.Device;

/**
 * How a policy computes.
 *
 * @param device where weights live and the program runs
 * @param computeType type of the matrix products
 * @param threads threads inside one operator while scoring and training on the CPU; 0 means the number of cores
 */
public record PolicyOptions(Device device, ComputeType computeType, int threads) {

    public PolicyOptions {
        if (threads < 0) {
            throw new IllegalArgumentException(
                    "threads is %d; it must be 0 (the number of cores) or more.".formatted(threads));
        }
    }

    /** Float32 on the CPU: bit-equal from run to run with one thread count. */
    public static PolicyOptions cpu() {
        return new PolicyOptions(Device.cpu(), ComputeType.FLOAT32, 0);
    }

    /** Bfloat16 on the first GPU if there is one, else {@link #cpu()}. */
    public static PolicyOptions best() {
        return TorchEngine.gpuCount() > 0 ? new PolicyOptions(Device.gpu(), ComputeType.BFLOAT16, 0) : cpu();
    }
}
