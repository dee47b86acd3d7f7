package dev.hone.judge.verifier;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.Task;
import java.util.Map;

/// `env_evaluate`: what the episode's environment says of it (docs/env-service.md). rollout-service asked it when the
/// episode had ended, and removed what the workflow itself may have said under these keys.
final class EnvEvaluate implements Judge {

    static final String NAME = "env_evaluate";

    private static final String UNSOLVED = "unsolved";

    @Override
    public String description() {
        return "what the episode's environment said of it";
    }

    @Override
    public Score judge(Task task, EpisodeFinished episode) {
        Map<String, String> output = episode.output();
        String reward = output.get(EpisodeFinished.ENV_REWARD);
        if (reward == null) {
            throw new UnjudgeableException("Task " + task.taskId() + " has no environment that could evaluate it; set"
                    + " task_reader.type to env_service, or name another judge than " + NAME + ".");
        }
        double value = Double.parseDouble(reward);
        String reason = output.getOrDefault(EpisodeFinished.ENV_REASON, "");
        String cause = output.getOrDefault(EpisodeFinished.ENV_CAUSE, "");
        return value >= 1 ? Score.full(reason) : new Score(value, cause.isBlank() ? UNSOLVED : cause, reason);
    }
}
