package dev.hone.contracts.run;

import java.util.Optional;
import java.util.Set;

/// Reads a run's YAML. The one home of what a run's file may say.
public final class RunConfigReader {

    /// Keys of the AgentJet tutorial that speak of its own machinery.
    private static final Set<String> FOREIGN_KEYS = Set.of(
            "hone.debug",
            "hone.task_reader.env_service.env_action_preference",
            "hone.rollout.agent_madness_reward",
            "hone.rollout.tensor_model_parallel_size",
            "hone.rollout.max_num_seqs",
            "hone.rollout.gpu_memory_utilization",
            "hone.rollout.n_vllm_engine",
            "hone.data.max_prompt_length",
            "hone.data.max_response_length",
            "hone.trainer_common.n_gpus_per_node",
            "hone.trainer_common.nnodes",
            "hone.trainer_common.logger");

    private static final YamlConfigReader<RunConfig> READER = new YamlConfigReader<>(
            RunConfig.class,
            "run-defaults.yaml",
            Set.of("hone.task_judge.weights", "hone.task_reader.filter"),
            FOREIGN_KEYS,
            Optional.of(new YamlConfigReader.Presets("hone.trainer_common.algorithm.name", "algorithms.yaml")));

    private RunConfigReader() {}

    /// Reads YAML or JSON with the root `hone:` (`ajet:` is read as `hone:`).
    ///
    /// @throws InvalidConfigException with the key and what to do
    public static YamlConfigReader.Read<RunConfig> read(String text) {
        return READER.read(text);
    }

    /// Every default.
    public static RunConfig defaults() {
        return READER.defaults();
    }

    /// A complete configuration as YAML.
    public static String write(RunConfig config) {
        return READER.write(config);
    }
}
