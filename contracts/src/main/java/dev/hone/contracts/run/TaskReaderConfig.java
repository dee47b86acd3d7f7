package dev.hone.contracts.run;

import java.util.Set;

/// Where tasks come from. Meaning and defaults: `run-defaults.yaml`.
public record TaskReaderConfig(
        String type,
        DatasetFiles datasetFile,
        HubDataset huggingfaceDatRepo,
        Columns columns,
        boolean shuffle,
        int maxTrainingTasks,
        int maxValidationTasks) {

    /// [#type()]: jsonl files.
    public static final String DATASET_FILE = "dataset_file";

    /// [#type()]: a folder as the Hugging Face hub lays it out.
    public static final String HUGGINGFACE_DAT_REPO = "huggingface_dat_repo";

    public TaskReaderConfig {
        Limits.oneOf("task_reader.type", type, Set.of(DATASET_FILE, HUGGINGFACE_DAT_REPO));
        Limits.atLeast("task_reader.max_training_tasks", maxTrainingTasks, 0);
        Limits.atLeast("task_reader.max_validation_tasks", maxValidationTasks, 0);
    }

    /// One file per split.
    public record DatasetFiles(SplitFile training, SplitFile validation) {}

    /// @param filePath a jsonl file
    public record SplitFile(String filePath) {}

    /// @param datasetPath the folder
    /// @param datasetName the configuration within it, for example `main`
    /// @param trainingSplit name of the split to train on
    /// @param validationSplit name of the split to evaluate on
    public record HubDataset(String datasetPath, String datasetName, String trainingSplit, String validationSplit) {}

    /// @param query column with what the agent is asked
    /// @param answer column with the reference answer
    public record Columns(String query, String answer) {}
}
