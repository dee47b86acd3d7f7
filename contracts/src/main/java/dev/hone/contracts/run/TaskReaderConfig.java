package dev.hone.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Where tasks come from, which of them count and in which order. Meaning and defaults: `run-defaults.yaml`.
///
/// @param filter by column: what its value must be for a row to be read
public record TaskReaderConfig(
        String type,
        DatasetFiles datasetFile,
        HubDataset huggingfaceDatRepo,
        EnvironmentService envService,
        Columns columns,
        Map<String, ColumnFilter> filter,
        ValidationSplit split,
        boolean shuffle,
        Curriculum curriculum,
        int maxTrainingTasks,
        int maxValidationTasks) {

    /// [#type()]: jsonl, json, csv or parquet files.
    public static final String DATASET_FILE = "dataset_file";

    /// [#type()]: a folder as the Hugging Face hub lays it out.
    public static final String HUGGINGFACE_DAT_REPO = "huggingface_dat_repo";

    /// [#type()]: a remote environment.
    public static final String ENV_SERVICE = "env_service";

    /// What [#type()] can be.
    public static final List<String> TYPES = List.of(DATASET_FILE, HUGGINGFACE_DAT_REPO, ENV_SERVICE);

    private static final String KEY = "hone.task_reader.";

    public TaskReaderConfig {
        Limits.oneOf("task_reader.type", type, Set.copyOf(TYPES));
        Limits.atLeast("task_reader.max_training_tasks", maxTrainingTasks, 0);
        Limits.atLeast("task_reader.max_validation_tasks", maxValidationTasks, 0);
        filter = Map.copyOf(filter);
        new TreeMap<>(filter).forEach((column, rule) -> rule.requireValid(KEY + "filter." + column));
        if (type.equals(ENV_SERVICE)) {
            envService.requireAddress(KEY + ENV_SERVICE);
        }
        if (type.equals(DATASET_FILE)
                && split.active()
                && !datasetFile.validation().filePath().isEmpty()) {
            throw new InvalidConfigException(
                    KEY + "split.validation_ratio",
                    "is " + split.validationRatio() + ", which takes the validation tasks from the training file, but "
                            + KEY + "dataset_file.validation.file_path names a file too; leave one of the two out.");
        }
    }

    /// Reads also what was stored before there were environments, filters, splits and curricula.
    @JsonCreator
    static TaskReaderConfig read(
            String type,
            DatasetFiles datasetFile,
            HubDataset huggingfaceDatRepo,
            @Nullable EnvironmentService envService,
            Columns columns,
            @Nullable Map<String, ColumnFilter> filter,
            @Nullable ValidationSplit split,
            boolean shuffle,
            @Nullable Curriculum curriculum,
            int maxTrainingTasks,
            int maxValidationTasks) {
        return new TaskReaderConfig(
                type,
                datasetFile,
                huggingfaceDatRepo,
                Objects.requireNonNullElse(envService, EnvironmentService.NONE),
                columns,
                Objects.requireNonNullElse(filter, Map.of()),
                Objects.requireNonNullElse(split, ValidationSplit.NONE),
                shuffle,
                Objects.requireNonNullElse(curriculum, Curriculum.NONE),
                maxTrainingTasks,
                maxValidationTasks);
    }

    /// The same tasks, their files elsewhere.
    public TaskReaderConfig at(DatasetFiles files, HubDataset hub) {
        return new TaskReaderConfig(
                type,
                files,
                hub,
                envService,
                columns,
                filter,
                split,
                shuffle,
                curriculum,
                maxTrainingTasks,
                maxValidationTasks);
    }

    /// One file per split.
    public record DatasetFiles(SplitFile training, SplitFile validation) {}

    /// @param filePath a .jsonl, .json, .csv or .parquet file
    public record SplitFile(String filePath) {}

    /// @param datasetPath the folder
    /// @param datasetName the configuration within it, for example `main`
    /// @param trainingSplit name of the split to train on
    /// @param validationSplit name of the split to evaluate on
    public record HubDataset(String datasetPath, String datasetName, String trainingSplit, String validationSplit) {}

    /// A service as docs/env-service.md describes it.
    ///
    /// @param envType which of its environments
    /// @param envUrl its address
    /// @param trainingSplit name of the tasks to train on
    /// @param validationSplit name of the tasks to evaluate on
    /// @param callTimeout seconds that one request may take
    public record EnvironmentService(
            String envType, String envUrl, String trainingSplit, String validationSplit, double callTimeout) {

        static final EnvironmentService NONE = new EnvironmentService("", "", "train", "dev", 30);

        public EnvironmentService {
            Limits.atLeast("task_reader.env_service.call_timeout", callTimeout, 0.1);
        }

        private void requireAddress(String key) {
            if (!envUrl.matches("https?://[^/?#]+(/[^?#]*)?") || !isUri(envUrl)) {
                throw new InvalidConfigException(
                        key + ".env_url",
                        "is '" + envUrl + "'; it must be the service's address, such as http://127.0.0.1:8095.");
            }
        }

        private static boolean isUri(String text) {
            try {
                return URI.create(text).getHost() != null;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }

    /// @param query column with what the agent is asked
    /// @param answer column with the reference answer
    public record Columns(String query, String answer) {}

    /// Takes the validation tasks from the rows that there are to train on.
    ///
    /// @param validationRatio their share; 0: the validation split has files of its own
    /// @param seed another seed takes other rows
    public record ValidationSplit(double validationRatio, long seed) {

        static final ValidationSplit NONE = new ValidationSplit(0, 0);

        public ValidationSplit {
            Limits.between("task_reader.split.validation_ratio", validationRatio, 0, 0.9);
        }

        public boolean active() {
            return validationRatio > 0;
        }
    }

    /// Which problem comes next: docs/datasets.md.
    ///
    /// @param type `none`, or `difficulty`
    /// @param targetPassRate problems whose measured pass rate is nearest to it come first
    /// @param explore share of a batch that comes in the epoch's order whatever was measured
    /// @param restSteps steps for which a problem that was taken is left alone
    public record Curriculum(String type, double targetPassRate, double explore, int restSteps) {

        static final Curriculum NONE = new Curriculum("none", 0.5, 0.5, 4);

        public Curriculum {
            Limits.oneOf("task_reader.curriculum.type", type, Set.of("none", "difficulty"));
            Limits.between("task_reader.curriculum.target_pass_rate", targetPassRate, 0, 1);
            Limits.between("task_reader.curriculum.explore", explore, 0, 1);
            Limits.between("task_reader.curriculum.rest_steps", restSteps, 0, 10_000);
        }

        public boolean byDifficulty() {
            return type.equals("difficulty");
        }
    }
}
