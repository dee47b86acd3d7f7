package dev.hone.task.dataset;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.run.TaskReaderConfig.HubDataset;
import dev.hone.contracts.task.Task;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/// Reads the tasks that a run's configuration names, all of them, so that what is wrong with any of them is known
/// before
/// the run begins.
@Component
public class DatasetReader {

    private static final String READER = "hone.task_reader.";
    private static final String HUB = READER + TaskReaderConfig.HUGGINGFACE_DAT_REPO + ".";

    /// @throws DatasetException with the key, what is wrong and what to do
    public Dataset read(RunConfig config) {
        TaskReaderConfig reader = config.taskReader();
        List<Task> training =
                config.trainerCommon().valOnly() ? List.of() : read(reader, Split.TRAINING, reader.maxTrainingTasks());
        List<Task> validation = config.trainerCommon().evaluates()
                ? read(reader, Split.VALIDATION, reader.maxValidationTasks())
                : List.of();
        return new Dataset(training, validation);
    }

    private enum Split {
        TRAINING("train", "training"),
        VALIDATION("val", "validation");

        private final String idPrefix;
        private final String label;

        Split(String idPrefix, String label) {
            this.idPrefix = idPrefix;
            this.label = label;
        }
    }

    private static List<Task> read(TaskReaderConfig reader, Split split, int limit) {
        TaskRows tasks = new TaskRows(split.idPrefix, reader.columns(), limit);
        String key;
        List<Path> files;
        if (reader.type().equals(TaskReaderConfig.DATASET_FILE)) {
            key = READER + TaskReaderConfig.DATASET_FILE + "." + split.label + ".file_path";
            files = List.of(path(key, filePath(reader, split)));
        } else {
            HubDataset hub = reader.huggingfaceDatRepo();
            key = HUB + split.label + "_split";
            files = new HubFolder(HUB, path(HUB + "dataset_path", hub.datasetPath()))
                    .files(hub.datasetName(), splitName(hub, split), key);
        }
        for (Path file : files) {
            if (!RowFile.read(key, file, row -> tasks.add(key, row))) {
                break;
            }
        }
        if (tasks.tasks().isEmpty()) {
            throw new DatasetException(
                    key, "The " + split.label + " split has no rows in " + files + "; name files with at least one.");
        }
        return tasks.tasks();
    }

    private static String filePath(TaskReaderConfig reader, Split split) {
        return switch (split) {
            case TRAINING -> reader.datasetFile().training().filePath();
            case VALIDATION -> reader.datasetFile().validation().filePath();
        };
    }

    private static String splitName(HubDataset hub, Split split) {
        return switch (split) {
            case TRAINING -> hub.trainingSplit();
            case VALIDATION -> hub.validationSplit();
        };
    }

    private static Path path(String key, String text) {
        if (text.isBlank()) {
            throw new DatasetException(
                    key,
                    "is empty; name the dataset"
                            + (key.contains("validation")
                                    ? ", or set val_before_train and val_after_train to false and test_freq to 0."
                                    : "."));
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new DatasetException(key, "'" + text + "' is no path: " + e.getReason() + "; correct it.", e);
        }
    }
}
