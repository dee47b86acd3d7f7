package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import java.util.Objects;

/// The clipped policy-gradient loss of PPO and GRPO, for each token:
///
/// ```
/// rho = exp(new - old)
/// l   = -min(rho * A, clip(rho, 1 - clipLow, 1 + clipHigh) * A)
/// l   = min(l, -dualClip * A)          where A < 0, if dualClip > 0
/// l  += klCoefficient * (exp(ref - new) - (ref - new) - 1)
/// ```
///
/// Sources: Schulman et al. 2017, equation 7; the upper bound of its own is DAPO's (Yu et al. 2025, equation 10); the
/// dual
/// clip is Ye et al. 2020, equation 5; the KL term is Schulman's k3 estimate, as in Shao et al. 2024, equation 4.
///
/// @param clipLow how far the ratio counts below 1
/// @param clipHigh how far the ratio counts above 1
/// @param dualClip up to which ratio a token with a negative advantage counts, above 1 + clipHigh; 0: without bound
/// @param klCoefficient weight of the KL term; 0: none
public record ClippedPolicyLoss(double clipLow, double clipHigh, double dualClip, double klCoefficient)
        implements TokenLoss {

    @Override
    public NDArray of(NDArray newLogProbs, TokenStreams tokens) {
        NDArray inLoss = tokens.weights().neq(0);
        NDArray zero = newLogProbs.zerosLike();
        NDArray fresh = NDArrays.where(inLoss, newLogProbs, zero);
        NDArray advantages = NDArrays.where(inLoss, Objects.requireNonNull(tokens.advantages(), "advantages"), zero);
        NDArray old = tokens.oldLogProbs() == null
                ? fresh.stopGradient()
                : NDArrays.where(inLoss, tokens.oldLogProbs(), zero);

        NDArray ratio = fresh.sub(old).exp();
        NDArray clipped = ratio.clip(1 - clipLow, 1 + clipHigh);
        NDArray loss =
                NDArrays.minimum(ratio.mul(advantages), clipped.mul(advantages)).neg();
        if (dualClip > 0) {
            NDArray bound = advantages.mul(-dualClip);
            loss = NDArrays.where(advantages.lt(0), NDArrays.minimum(loss, bound), loss);
        }
        if (klCoefficient > 0) {
            NDArray reference = Objects.requireNonNull(tokens.referenceLogProbs(), "reference log-probabilities");
            NDArray delta = NDArrays.where(inLoss, reference, zero).sub(fresh);
            loss = loss.add(delta.exp().sub(delta).sub(1).mul(klCoefficient));
        }
        return loss.mul(tokens.weights()).sum();
    }
}
