package dev.hone.task.dataset;

import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.run.TaskReaderConfig.Columns;
import dev.hone.contracts.run.TaskReaderConfig.EnvironmentService;
import dev.hone.contracts.run.TaskReaderConfig.HubDataset;
import dev.hone.contracts.task.Task;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Reads the tasks that a run's configuration names, all of them, so that what is wrong with any of them is known
/// before the run begins.
@Component
public class DatasetReader {

    /// Endings of the files that are read.
    public static final List<String> FORMATS = RowFile.Format.all();

    private static final Logger LOG = LoggerFactory.getLogger(DatasetReader.class);
    private static final String READER = "hone.task_reader.";
    private static final String HUB = READER + TaskReaderConfig.HUGGINGFACE_DAT_REPO + ".";

    private final Outbound outbound;

    /// @param outbound where a run may have this service connect
    public DatasetReader(Outbound outbound) {
        this.outbound = outbound;
    }

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

    private List<Task> read(TaskReaderConfig reader, Split split, int limit) {
        // With a ratio both splits are taken from the rows that there are to train on.
        RowSource source = source(reader, reader.split().active() ? Split.TRAINING : split);
        RowFilter filter = new RowFilter(reader.filter());
        TaskRows tasks = new TaskRows(
                split.idPrefix,
                columns(reader),
                row -> counts(reader, filter, split, row),
                !inEnvironments(reader),
                limit);
        source.read(row -> tasks.add(source.key(), row));
        if (tasks.rows() == 0) {
            throw new DatasetException(
                    source.key(),
                    "The " + split.label + " split has no rows in " + source + "; name files with at least one.");
        }
        filter.requireSeen(tasks.seen(), source);
        if (tasks.tasks().isEmpty()) {
            throw new DatasetException(
                    READER + (reader.split().active() ? "split" : "filter"),
                    "leaves none of the " + tasks.rows() + " rows of " + source + " for " + split.label
                            + "; let more rows pass the filter, or change the ratio.");
        }
        LOG.info("{}: {} of {} rows of {}", split.label, tasks.tasks().size(), tasks.rows(), source);
        return tasks.tasks();
    }

    private RowSource source(TaskReaderConfig reader, Split split) {
        if (reader.type().equals(TaskReaderConfig.DATASET_FILE)) {
            String key = READER + TaskReaderConfig.DATASET_FILE + "." + split.label + ".file_path";
            return new RowSource.InFiles(key, List.of(path(key, filePath(reader, split))));
        }
        if (inEnvironments(reader)) {
            EnvironmentService service = reader.envService();
            return new EnvironmentTasks(
                    READER + TaskReaderConfig.ENV_SERVICE + ".env_url",
                    service,
                    split == Split.TRAINING ? service.trainingSplit() : service.validationSplit(),
                    outbound);
        }
        HubDataset hub = reader.huggingfaceDatRepo();
        String key = HUB + split.label + "_split";
        return new RowSource.InFiles(
                key,
                new HubFolder(HUB, path(HUB + "dataset_path", hub.datasetPath()))
                        .files(hub.datasetName(), splitName(hub, split), key));
    }

    private static boolean counts(TaskReaderConfig reader, RowFilter filter, Split split, Row row) {
        if (!filter.keeps(row)) {
            return false;
        }
        if (!reader.split().active()) {
            return true;
        }
        String query = row.columns().getOrDefault(columns(reader).query(), "");
        return SplitSide.isValidation(reader.split(), query) == (split == Split.VALIDATION);
    }

    /// An environment judges for itself: its tasks need no reference answer.
    private static boolean inEnvironments(TaskReaderConfig reader) {
        return reader.type().equals(TaskReaderConfig.ENV_SERVICE);
    }

    private static Columns columns(TaskReaderConfig reader) {
        return inEnvironments(reader)
                ? new Columns(EnvironmentTasks.QUERY, reader.columns().answer())
                : reader.columns();
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
