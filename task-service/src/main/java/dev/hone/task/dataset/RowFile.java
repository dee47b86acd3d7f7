package dev.hone.task.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Predicate;

/// A file with rows, whichever its format.
final class RowFile {

    private RowFile() {}

    /// Whether the name ends as a format that can be read.
    static boolean readable(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".jsonl") || lower.endsWith(".parquet");
    }

    /// Gives each row to the reader until it wants no more.
    ///
    /// @param key of the configuration, for messages
    /// @param wantsMore takes a row and says whether to go on
    /// @return whether the reader would have taken more
    static boolean read(String key, Path file, Predicate<Row> wantsMore) {
        if (!Files.exists(file)) {
            throw new DatasetException(
                    key, "No file " + file + "; correct the path, or download the dataset (./hone download-dataset).");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new DatasetException(
                    key, file + " is not a readable file; name a .jsonl or .parquet file that this user may read.");
        }
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        try {
            if (name.endsWith(".parquet")) {
                return ParquetRows.read(key, file, wantsMore);
            }
            if (name.endsWith(".jsonl")) {
                return JsonlRows.read(key, file, wantsMore);
            }
        } catch (IOException e) {
            throw new DatasetException(key, file + " cannot be read: " + e + ".", e);
        }
        throw new DatasetException(key, file + " has a format that is not read; convert it to .jsonl or .parquet.");
    }
}
