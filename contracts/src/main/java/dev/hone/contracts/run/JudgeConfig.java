package dev.hone.contracts.run;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// How episodes are judged. Meaning and defaults: `run-defaults.yaml`.
///
/// @param weights by the judge's name; the reward is the weighted sum of their scores
/// @param judgeTimeout seconds that judging one episode may take
/// @param llm the language model that judges may ask
public record JudgeConfig(
        String judgeType, String judgeProtocol, Map<String, Double> weights, double judgeTimeout, LlmConfig llm) {

    /// As long as judge-service may take over what one poll brings it (`max.poll.interval.ms` in its settings).
    private static final double LONGEST_TIMEOUT = 240;

    /// Seconds of [#judgeTimeout()] that a request to a language model has to leave: for its turn and for the rest.
    private static final double BESIDE_THE_REQUEST = 2;

    public JudgeConfig {
        Limits.oneOf("task_judge.judge_type", judgeType, Set.of("customized_protocol"));
        weights = Map.copyOf(weights);
        weights.forEach((name, weight) -> Limits.between("task_judge.weights." + name, weight, 0, 1));
        Limits.between("task_judge.judge_timeout", judgeTimeout, 0.1, LONGEST_TIMEOUT);
        // What was stored before there was one says nothing of it.
        llm = Objects.requireNonNullElse(llm, LlmConfig.NONE);
        if (llm.active()) {
            Limits.within("task_judge.llm.timeout", llm.timeout(), 0.1, judgeTimeout - BESIDE_THE_REQUEST);
        }
    }

    /// The same with other judges.
    public JudgeConfig with(String protocol, Map<String, Double> otherWeights) {
        return new JudgeConfig(judgeType, protocol, otherWeights, judgeTimeout, llm);
    }
}
