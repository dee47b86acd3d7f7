package dev.hone.task.dataset;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/// Where the rows of one split come from.
interface RowSource {

    /// The configuration's key that leads to it, for messages.
    String key();

    /// Gives each row to the reader until it wants no more.
    void read(Predicate<Row> wantsMore);

    /// Files, one after another.
    record InFiles(String key, List<Path> files) implements RowSource {

        @Override
        public void read(Predicate<Row> wantsMore) {
            for (Path file : files) {
                if (!RowFile.read(key, file, wantsMore)) {
                    return;
                }
            }
        }

        @Override
        public String toString() {
            return files.toString();
        }
    }
}
