package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import dev.hone.policy.TorchEngine;

/// A loss and its derivative by each log-probability, by autograd over these alone. Nothing in it is shared between
/// threads: DJL's gradient collector, of which a JVM has one, is not needed.
///
/// @param value of the loss
/// @param gradient `[N]`: `d loss / d logProb_n`, in the type and on the device of the log-probabilities
public record Derivative(TokenLoss.Value value, NDArray gradient) {

    /// Computes both.
    ///
    /// @param logProbs `[N]`: under the weights in training; stays as it is
    public static Derivative of(TokenLoss loss, NDArray logProbs, TokenStreams streams) {
        return TorchEngine.recorded(() -> {
            NDArray leaf = logProbs.duplicate();
            leaf.setRequiresGradient(true);
            TokenLoss.Value value = loss.of(leaf, streams);
            TorchEngine.backward(value.loss());
            return new Derivative(value, leaf.getGradient());
        });
    }
}
