package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

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
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try {
            NDArray leaf = logProbs.duplicate();
            leaf.setRequiresGradient(true);
            TokenLoss.Value value = loss.of(leaf, streams);
            NDArray one =
                    value.loss().getManager().ones(new Shape(), value.loss().getDataType());
            JniUtils.backward((PtNDArray) value.loss(), (PtNDArray) one, false, false);
            return new Derivative(value, leaf.getGradient());
        } finally {
            JniUtils.setGradMode(recording);
        }
    }
}
