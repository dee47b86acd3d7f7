package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A batch's streams with everything outside the mask put to 0: the one place where the mask is applied, so
/// that whatever stands there, infinities and NaN included, reaches neither loss nor gradient. Each array is
/// `[N]`.
///
/// @param inLoss 1 inside the mask, else 0
/// @param fresh log-probabilities under the weights in training, differentiable
/// @param old under the weights before the batch's first optimizer step, no gradient
/// @param behaviour as sampled, no gradient; null where nobody sampled them
/// @param reference under the model that the run began with, no gradient; null where there is none
/// @param advantages no gradient
/// @param sequences which sequence each token belongs to
record PolicyTokens(
        NDArray inLoss,
        NDArray fresh,
        NDArray old,
        @Nullable NDArray behaviour,
        @Nullable NDArray reference,
        NDArray advantages,
        Sequences sequences) {

    private static final double LARGEST_LOG_RATIO = 20;

    static PolicyTokens masked(NDArray newLogProbs, TokenStreams streams) {
        NDArray mask = streams.weights().neq(0);
        NDArray zero = newLogProbs.zerosLike();
        NDArray fresh = NDArrays.where(mask, newLogProbs, zero);
        NDArray old = streams.oldLogProbs();
        NDArray behaviour = streams.behaviourLogProbs();
        NDArray reference = streams.referenceLogProbs();
        NDArray advantages = Objects.requireNonNull(streams.advantages(), "a policy loss needs advantages");
        return new PolicyTokens(
                mask.toType(newLogProbs.getDataType(), false),
                fresh,
                old == null ? fresh.stopGradient() : NDArrays.where(mask, old, zero),
                behaviour == null ? null : NDArrays.where(mask, behaviour, zero),
                reference == null ? null : NDArrays.where(mask, reference, zero),
                NDArrays.where(mask, advantages, zero),
                streams.sequences());
    }

    /// `exp(new - old)`, differentiable.
    NDArray ratio() {
        return exp(fresh.sub(old));
    }

    /// The exponential of a logarithm of ratios, bounded at 20 either way (as verl does), where 32 bits would
    /// overflow and an infinite ratio times a gradient of 0 would be none.
    static NDArray exp(NDArray logRatio) {
        return logRatio.clip(-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO).exp();
    }
}
