package dev.hone.learner.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The loss of reinforcement learning: `sum_n weight_n * (w_n * l_n + klCoefficient * k3_n)`, with the policy
/// loss `l`, truncated importance weights `w` (1 without), and the KL term. Masks once, for all of them.
///
/// @param policy what is to be learned from advantages
/// @param importance how generation and training are brought together; empty: not at all
/// @param klCoefficient weight of the KL term; 0: none
public record PolicyObjective(PolicyLoss policy, Optional<TruncatedImportance> importance, double klCoefficient)
        implements TokenLoss {

    @Override
    public Value of(NDArray newLogProbs, TokenStreams streams) {
        PolicyTokens tokens = PolicyTokens.masked(newLogProbs, streams);
        PolicyLoss.Terms terms = policy.of(tokens);
        Map<String, NDArray> sums = new TreeMap<>();
        sums.put("clip_fraction", sum(terms.held()));
        sums.put("ppo_kl", sum(tokens.old().sub(tokens.fresh())));
        NDArray perToken = terms.perToken();
        if (importance.isPresent()) {
            NDArray weights = importance.get().weights(tokens);
            perToken = perToken.mul(weights);
            sums.put("importance/mean", sum(weights));
            sums.put(
                    "importance/capped_fraction",
                    sum(weights.gte(importance.get().cap())));
        }
        NDArray loss = perToken.mul(streams.weights()).sum();
        if (klCoefficient == 0) {
            return new Value(loss, loss, sums);
        }
        NDArray divergence = KlPenalty.of(tokens);
        sums.put("kl", sum(divergence));
        NDArray penalty = divergence.mul(klCoefficient).mul(streams.weights()).sum();
        return new Value(loss.add(penalty), loss, sums);
    }

    @Override
    public boolean wholeSequences() {
        return policy.wholeSequences()
                || importance
                        .map(weights -> weights.level() == TruncatedImportance.Level.SEQUENCE)
                        .orElse(false);
    }

    private static NDArray sum(NDArray values) {
        return values.stopGradient().toType(DataType.FLOAT64, false).sum();
    }
}
