package dev.hone.contracts.run;

import java.util.Map;
import java.util.Set;

/// How episodes are judged. Meaning and defaults: `run-defaults.yaml`.
///
/// @param weights by the judge's name; the reward is the weighted sum of their scores
/// @param judgeTimeout seconds that judging one episode may take
public record JudgeConfig(String judgeType, String judgeProtocol, Map<String, Double> weights, double judgeTimeout) {

    /// As long as judge-service may take over what one poll brings it (`max.poll.interval.ms` in its settings).
    private static final double LONGEST_TIMEOUT = 240;

    public JudgeConfig {
        Limits.oneOf("task_judge.judge_type", judgeType, Set.of("customized_protocol"));
        weights = Map.copyOf(weights);
        weights.forEach((name, weight) -> Limits.between("task_judge.weights." + name, weight, 0, 1));
        Limits.between("task_judge.judge_timeout", judgeTimeout, 0.1, LONGEST_TIMEOUT);
    }
}
