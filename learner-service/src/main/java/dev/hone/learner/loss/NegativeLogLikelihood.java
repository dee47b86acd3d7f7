package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.Map;

/// The supervised loss: `l_n = -logp_n`.
public record NegativeLogLikelihood() implements TokenLoss {
    @Override
    public Value of(NDArray newLogProbs, TokenStreams streams) {
        NDArray inLoss = streams.weights().neq(0);
        NDArray kept = NDArrays.where(inLoss, newLogProbs, newLogProbs.zerosLike());
        NDArray loss = kept.mul(streams.weights()).sum().neg();
        return new Value(loss, loss, Map.of());
    }
}
