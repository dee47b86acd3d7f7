package dev.hone.policy;

import ai.djl.ndarray.NDArray;
import ai.djl.training.GradientCollector;

/** A gradient collector whose native failures have names. */
record CheckedCollector(GradientCollector collector) implements GradientCollector {

    @Override
    public void backward(NDArray target) {
        TorchProgramException.guard(() -> "backward" + TorchProgramException.describe(target), () -> {
            collector.backward(target);
            return target;
        });
    }

    @Override
    public void zeroGradients() {
        collector.zeroGradients();
    }

    @Override
    public void close() {
        collector.close();
    }
}
