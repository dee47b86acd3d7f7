package dev.hone.rollout.workflow;

import dev.hone.contracts.rollout.EpisodeFinished;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a workflow gives back.
///
/// @param reward the workflow's own, if it has one; otherwise the judge's counts
/// @param metadata for the judge and people, among them [EpisodeFinished#FINAL_ANSWER]
public record WorkflowOutput(@Nullable Double reward, Map<String, String> metadata) {

    /// Key of the reward in [#asMap()].
    public static final String REWARD = "reward";

    public WorkflowOutput {
        metadata = Map.copyOf(metadata);
    }

    /// An answer for the judge.
    public static WorkflowOutput answer(String finalAnswer) {
        return new WorkflowOutput(null, Map.of(EpisodeFinished.FINAL_ANSWER, finalAnswer));
    }

    /// The form in which it travels.
    public Map<String, String> asMap() {
        Map<String, String> map = new HashMap<>(metadata);
        if (reward != null) {
            map.put(REWARD, reward.toString());
        }
        return map;
    }
}
