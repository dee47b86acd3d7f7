package dev.hone.task.dataset;

import dev.hone.contracts.run.TaskReaderConfig.Columns;
import dev.hone.contracts.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Rows of one split, as tasks. The reference answer stays as the dataset writes it: judges read it.
final class TaskRows {

    /// Key of [Task#metadata()] with the reference answer.
    private static final String ANSWER = "answer";

    private final String idPrefix;
    private final Columns columns;
    private final Predicate<Row> counts;
    private final boolean answered;
    private final int limit;
    private final Set<String> seen = new LinkedHashSet<>();
    private final List<Task> tasks = new ArrayList<>();
    private long rows;

    /// @param counts whether a row is a task of this split
    /// @param answered whether each must have a reference answer
    /// @param limit most tasks to take; 0: no limit
    TaskRows(String idPrefix, Columns columns, Predicate<Row> counts, boolean answered, int limit) {
        this.idPrefix = idPrefix;
        this.columns = columns;
        this.counts = counts;
        this.answered = answered;
        this.limit = limit;
    }

    /// @return whether more are wanted
    /// @throws DatasetException if the row is no task
    boolean add(String key, Row row) {
        rows++;
        seen.addAll(row.columns().keySet());
        if (!counts.test(row)) {
            return true;
        }
        String query = text(key, row, "query", columns.query());
        Map<String, String> metadata = new TreeMap<>(row.columns());
        if (answered) {
            metadata.put(ANSWER, text(key, row, "answer", columns.answer()));
        }
        tasks.add(new Task(idPrefix + "-" + tasks.size(), query, metadata));
        return limit == 0 || tasks.size() < limit;
    }

    private String text(String key, Row row, String role, String column) {
        String text = row.columns().get(column);
        if (text != null && !text.isBlank()) {
            return text;
        }
        String where = row.where() + " (row " + (rows - 1) + " of the split)";
        if (!seen.contains(column)) {
            throw new DatasetException(
                    "hone.task_reader.columns." + role,
                    where + " has no column '" + column + "'; the columns are " + seen
                            + ". Name the one that holds the " + role + ".");
        }
        throw new DatasetException(
                key,
                where + " has no " + role + ": column '" + column + "' is empty; the columns are " + seen
                        + ". Fill it in, or remove the row.");
    }

    List<Task> tasks() {
        return tasks;
    }

    /// How many rows were looked at.
    long rows() {
        return rows;
    }

    /// Columns of all of them.
    Set<String> seen() {
        return seen;
    }
}
