package dev.hone.contracts.run;

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

    /// Where the pretrained model lies.
    ///
    /// @param path a folder as Hugging Face lays it out
    public record ModelSource(String path) {}

    /// @param trainBatchSize problems per training step
    public record BatchConfig(int trainBatchSize) {
        public BatchConfig {
            Limits.atLeast("data.train_batch_size", trainBatchSize, 1);
        }
    }
}
