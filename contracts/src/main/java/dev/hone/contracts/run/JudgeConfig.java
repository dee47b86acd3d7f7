package dev.hone.contracts.run;

import java.util.Map;
import java.util.Set;

/// How episodes are judged. Meaning and defaults: `run-defaults.yaml`.
///
/// @param weights by the judge's name; the reward is the weighted sum of their scores
public record JudgeConfig(String judgeType, String judgeProtocol, Map<String, Double> weights) {

    public JudgeConfig {
        Limits.oneOf("task_judge.judge_type", judgeType, Set.of("customized_protocol"));
        weights = Map.copyOf(weights);
        weights.forEach((name, weight) -> Limits.between("task_judge.weights." + name, weight, 0, 1));
    }
}
