package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/// The k3 estimate of the KL divergence from the model that the run began with, for each token:
/// `k3 = exp(ref - new) - (ref - new) - 1`. It is never negative, and its gradient is `1 - exp(ref - new)`.
///
/// Source: Schulman 2020, "Approximating KL Divergence"; Shao et al. 2024, equation 4; verl's `low_var_kl`.
final class KlPenalty {
    private KlPenalty() {}

    /// @return `[N]`, differentiable with respect to the new log-probabilities; 0 outside the mask
    static NDArray of(PolicyTokens tokens) {
        NDArray delta = Objects.requireNonNull(tokens.reference(), "a KL term needs reference log-probabilities")
                .sub(tokens.fresh());
        return PolicyTokens.exp(delta).sub(delta).sub(1);
    }
}
