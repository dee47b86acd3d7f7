package dev.hone.contracts.run;

import java.util.Objects;

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
        TrainerConfig trainerCommon) {

    public RunConfig {
        if (!model.adapter().isEmpty() && !trainerCommon.lora().active()) {
            throw new InvalidConfigException(
                    "hone.model.adapter",
                    "is '" + model.adapter()
                            + "', but hone.trainer_common.lora.rank is 0; set it to the adapter's rank.");
        }
    }

    /// Where the pretrained model lies.
    ///
    /// @param path a folder as Hugging Face lays it out
    /// @param adapter a folder as PEFT writes it, whose adapters are trained on; empty: fresh ones
    public record ModelSource(String path, String adapter) {
        public ModelSource {
            // What was stored before there were adapters says nothing of them.
            adapter = Objects.requireNonNullElse(adapter, "");
        }
    }

    /// @param trainBatchSize problems per training step
    public record BatchConfig(int trainBatchSize) {
        public BatchConfig {
            Limits.atLeast("data.train_batch_size", trainBatchSize, 1);
        }
    }
}
