package dev.hone.contracts.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads a run's YAML. The one home of what a run's file may say.
public final class RunConfigReader {

    private static final String UNUSED = "has no meaning here and is not used.";

    /// Keys of the AgentJet tutorial that speak of its own machinery, and what to say of each.
    static final Map<String, String> FOREIGN_KEYS = Map.ofEntries(
            Map.entry("hydra", UNUSED),
            Map.entry("defaults", UNUSED),
            Map.entry("verl", UNUSED),
            Map.entry("trinity", UNUSED),
            Map.entry("hone.debug", UNUSED),
            Map.entry("hone.task_reader.env_service.env_action_preference", UNUSED),
            Map.entry(
                    "hone.rollout.agent_madness_reward",
                    "is not used: a malformed tool call lowers the reward by its part 'format' (docs/judges.md)."),
            Map.entry(
                    "hone.rollout.compute_madness_checklist",
                    "is not used: a malformed tool call lowers the reward by its part 'format' (docs/judges.md)."),
            Map.entry("hone.rollout.multi_turn", "is not used: every timeline of an episode is trained on."),
            Map.entry("hone.rollout.tensor_model_parallel_size", UNUSED),
            Map.entry("hone.rollout.max_num_seqs", UNUSED),
            Map.entry("hone.rollout.gpu_memory_utilization", UNUSED),
            Map.entry("hone.rollout.n_vllm_engine", UNUSED),
            Map.entry("hone.data.max_prompt_length", "is not used: hone.rollout.max_model_len bounds both together."),
            Map.entry("hone.data.max_response_length", "is not used: hone.rollout.max_model_len bounds both together."),
            Map.entry("hone.trainer_common.n_gpus_per_node", "is not used: hone.trainer_common.devices says how many."),
            Map.entry("hone.trainer_common.nnodes", UNUSED),
            Map.entry(
                    "hone.trainer_common.logger",
                    "is not used: the curve goes where hone.trackers says (docs/trackers.md)."));

    private static final String DEFAULTS = "run-defaults.yaml";
    private static final String ALGORITHMS = "algorithms.yaml";
    private static final String ALGORITHM = "hone.trainer_common.algorithm.name";
    private static final Set<String> FREE_KEYS = Set.of("hone.task_judge.weights", "hone.task_reader.filter");

    private static final YamlConfigReader<RunConfig> READER = new YamlConfigReader<>(
            RunConfig.class,
            DEFAULTS,
            FREE_KEYS,
            FOREIGN_KEYS,
            Optional.of(new YamlConfigReader.Presets(ALGORITHM, ALGORITHMS)));

    private RunConfigReader() {}

    /// Reads YAML or JSON with the root `hone:` (`ajet:` is read as `hone:`).
    ///
    /// @throws InvalidConfigException with the key and what to do
    public static YamlConfigReader.Read<RunConfig> read(String text) {
        return READER.read(text);
    }

    /// A run's YAML with settings of a command line laid over it, as YAML for [#read(String)].
    ///
    /// @param settings each `KEY=VALUE`, for example `trainer_common.optim.lr=2e-6`; what of a key's path names one
    ///     key alone is enough (`optim.lr`), and `learner` stands for `trainer_common`
    /// @throws InvalidConfigException with the key and what to do
    public static String override(String text, List<String> settings) {
        return READER.override(text, settings);
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
