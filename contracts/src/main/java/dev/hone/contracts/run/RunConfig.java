package dev.hone.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A run as its YAML describes it, complete. Keys, units and defaults: `run-defaults.yaml`, which is their one home;
/// [RunConfigReader] lays a user's file over it.
public record RunConfig(
        String projectName,
        String experimentName,
        long seed,
        TaskReaderConfig taskReader,
        JudgeConfig taskJudge,
        ModelSource model,
        RolloutConfig rollout,
        BatchConfig data,
        TrainerConfig trainerCommon,
        TrackersConfig trackers,
        List<Gate> gates) {

    public RunConfig {
        // What was stored before there were trackers and gates says nothing of them.
        trackers = Objects.requireNonNullElse(trackers, TrackersConfig.NONE);
        gates = List.copyOf(Objects.requireNonNullElse(gates, List.of()));
        gates.forEach(gate -> gate.requireReachable(trainerCommon));
        if (data.maxResample() > 0 && rollout.numRepeat() < 2) {
            throw new InvalidConfigException(
                    "hone.data.max_resample",
                    "is " + data.maxResample() + ", but hone.rollout.num_repeat is " + rollout.numRepeat()
                            + ": a group of one has no variance. Set max_resample to 0, or num_repeat to 2 or more.");
        }
        if (!taskReader.type().equals(TaskReaderConfig.ENV_SERVICE)) {
            requireNoEnvironment("task_judge.judge_protocol", taskJudge.judgeProtocol(), "env_evaluate");
            requireNoEnvironment("rollout.user_workflow", rollout.userWorkflow(), "env_agent");
        }
        if (!model.adapter().isEmpty() && !trainerCommon.lora().active()) {
            throw new InvalidConfigException(
                    "hone.model.adapter",
                    "is '" + model.adapter()
                            + "', but hone.trainer_common.lora.rank is 0; set it to the adapter's rank.");
        }
    }

    private static void requireNoEnvironment(String key, String value, String withEnvironment) {
        if (value.equals(withEnvironment)) {
            throw new InvalidConfigException(
                    "hone." + key,
                    "is '" + value + "', which needs an environment; set hone.task_reader.type to env_service, or name"
                            + " another.");
        }
    }

    /// Where the pretrained model lies.
    ///
    /// @param path a folder as Hugging Face lays it out
    /// @param adapter a folder as PEFT writes it, whose adapters are trained on; empty: fresh ones
    public record ModelSource(String path, String adapter) {
        public ModelSource {
            if (path.equals("YOUR_MODEL_PATH")) {
                throw new InvalidConfigException(
                        "hone.model.path",
                        "is still YOUR_MODEL_PATH, which the tutorial leaves for you to fill in; set it to a model's"
                                + " folder (config.json, model.safetensors, tokenizer.json), for example"
                                + " examples/math-agent/model.");
            }
            // What was stored before there were adapters says nothing of them.
            adapter = Objects.requireNonNullElse(adapter, "");
        }
    }

    /// @param trainBatchSize problems per training step
    /// @param maxResample groups of a step that may be replaced because their rewards are all alike; 0: none
    public record BatchConfig(int trainBatchSize, int maxResample) {
        public BatchConfig {
            Limits.atLeast("data.train_batch_size", trainBatchSize, 1);
            Limits.between("data.max_resample", maxResample, 0, 1_000_000);
        }

        /// Reads also what was stored before groups could be replaced.
        @JsonCreator
        static BatchConfig read(int trainBatchSize, @Nullable Integer maxResample) {
            return new BatchConfig(trainBatchSize, maxResample == null ? 0 : maxResample);
        }
    }
}
