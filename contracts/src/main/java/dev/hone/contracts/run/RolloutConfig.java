package dev.hone.contracts.run;

import java.util.Objects;

/// How episodes are rolled out. Meaning, units and defaults: `run-defaults.yaml`; timeouts are seconds.
public record RolloutConfig(
        String userWorkflow,
        int numRepeat,
        double temperature,
        int valNumRepeat,
        double valTemperature,
        int maxIters,
        int maxResponseLengthInOneTurn,
        int maxModelLen,
        int maxEnvWorker,
        int maxAttempts,
        double episodeTimeout,
        double generateTimeout,
        double toolTimeout,
        double toolCpuSeconds,
        OutsideModel untrainedModel) {

    /// Seconds, three years.
    private static final double FAR_OFF = 1e8;

    public RolloutConfig {
        Limits.atLeast("rollout.num_repeat", numRepeat, 1);
        Limits.between("rollout.temperature", temperature, 0.01, 10);
        Limits.atLeast("rollout.val_num_repeat", valNumRepeat, 1);
        Limits.between("rollout.val_temperature", valTemperature, 0, 10);
        Limits.atLeast("rollout.max_iters", maxIters, 1);
        Limits.atLeast("rollout.max_response_length_in_one_turn", maxResponseLengthInOneTurn, 1);
        Limits.atLeast("rollout.max_model_len", maxModelLen, 2);
        Limits.atLeast("rollout.max_env_worker", maxEnvWorker, 1);
        Limits.atLeast("rollout.max_attempts", maxAttempts, 1);
        Limits.atLeast("rollout.episode_timeout", episodeTimeout, 0.1);
        Limits.atLeast("rollout.generate_timeout", generateTimeout, 0.1);
        Limits.atLeast("rollout.tool_timeout", toolTimeout, 0.1);
        Limits.atLeast("rollout.tool_cpu_seconds", toolCpuSeconds, 0);
        // What was stored before there were others says nothing of them.
        untrainedModel = Objects.requireNonNullElse(untrainedModel, OutsideModel.NONE);
    }

    /// The same for someone who looks on: one episode at a time, one attempt, and deadlines so far off that a
    /// breakpoint may hold.
    public RolloutConfig withoutLimits() {
        return new RolloutConfig(
                userWorkflow,
                numRepeat,
                temperature,
                valNumRepeat,
                valTemperature,
                maxIters,
                maxResponseLengthInOneTurn,
                maxModelLen,
                1,
                1,
                FAR_OFF,
                FAR_OFF,
                toolTimeout,
                toolCpuSeconds,
                untrainedModel);
    }

    /// The same with another workflow.
    public RolloutConfig withUserWorkflow(String workflow) {
        return new RolloutConfig(
                workflow,
                numRepeat,
                temperature,
                valNumRepeat,
                valTemperature,
                maxIters,
                maxResponseLengthInOneTurn,
                maxModelLen,
                maxEnvWorker,
                maxAttempts,
                episodeTimeout,
                generateTimeout,
                toolTimeout,
                toolCpuSeconds,
                untrainedModel);
    }
}
