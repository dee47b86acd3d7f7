package dev.hone.contracts.task;

import dev.hone.contracts.run.TaskReaderConfig;
import java.util.List;

/// `GET /api/v1/datasets` of task-service: where tasks can come from, and the datasets that runs have read.
///
/// @param types what `task_reader.type` can be
/// @param formats endings of files that are read
/// @param datasets newest first
public record DatasetList(List<String> types, List<String> formats, List<Dataset> datasets) {

    public DatasetList {
        types = List.copyOf(types);
        formats = List.copyOf(formats);
        datasets = List.copyOf(datasets);
    }

    /// Tasks that were read in one way.
    ///
    /// @param fingerprint SHA-256 over every task: the same tasks in the same order have the same
    /// @param trainingTasks tasks to train on; 0 if its runs train nothing
    /// @param validationTasks tasks to evaluate on; 0 if its runs never evaluate
    /// @param settings how it was read: files or splits, columns, filters
    /// @param runs that read it, newest first
    public record Dataset(
            String fingerprint, int trainingTasks, int validationTasks, TaskReaderConfig settings, List<String> runs) {

        public Dataset {
            runs = List.copyOf(runs);
        }
    }
}
