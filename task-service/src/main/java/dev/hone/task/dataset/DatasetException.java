package dev.hone.task.dataset;

import dev.hone.contracts.run.PreflightReport.Problem;

/// A dataset that cannot be used: which key of the configuration leads to it, what is wrong with the values, what to
/// do.
public final class DatasetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /// @param key of the configuration, for example `hone.task_reader.dataset_file.training.file_path`
    public DatasetException(String key, String message) {
        super(message);
        this.problem = new Problem(key, message);
    }

    DatasetException(String key, String message, Throwable cause) {
        super(message, cause);
        this.problem = new Problem(key, message);
    }

    public Problem problem() {
        return problem;
    }

    /// The configuration's key.
    public String key() {
        return problem.key();
    }
}
