package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;

/// The supervised loss: `l_n = -logp_n`.
public record NegativeLogLikelihood() implements TokenLoss {
    @Override
    public NDArray of(NDArray newLogProbs, TokenStreams tokens) {
        NDArray inLoss = tokens.weights().neq(0);
        NDArray kept = NDArrays.where(inLoss, newLogProbs, newLogProbs.zerosLike());
        return kept.mul(tokens.weights()).sum().neg();
    }
}
