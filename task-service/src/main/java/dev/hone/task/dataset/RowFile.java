package dev.hone.task.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/// A file with rows, whichever its format. Rows are read one after another: no more than one is in memory.
final class RowFile {

    /// Formats, in the order in which a folder that holds several is asked for them.
    enum Format {
        PARQUET(ParquetRows::read),
        JSONL(JsonlRows::read),
        JSON(JsonRows::read),
        CSV(CsvRows::read);

        private final Reader reader;

        Format(Reader reader) {
            this.reader = reader;
        }

        /// The format as which the name ends.
        static Optional<Format> of(String name) {
            String lower = name.toLowerCase(Locale.ROOT);
            return Arrays.stream(values())
                    .filter(format -> lower.endsWith(format.suffix()))
                    .findFirst();
        }

        private String suffix() {
            return "." + name().toLowerCase(Locale.ROOT);
        }

        /// `.parquet`, `.jsonl`, …
        static List<String> all() {
            return Arrays.stream(values()).map(Format::suffix).toList();
        }

        /// For messages: `.parquet, .jsonl, …`.
        static String suffixes() {
            return String.join(", ", all());
        }
    }

    /// Reads one format.
    private interface Reader {
        boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException;
    }

    private RowFile() {}

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
                    key,
                    file + " is not a readable file; name a file that this user may read, as one of "
                            + Format.suffixes() + ".");
        }
        Format format = Format.of(String.valueOf(file.getFileName()))
                .orElseThrow(() -> new DatasetException(
                        key, file + " has a format that is not read; convert it to one of " + Format.suffixes() + "."));
        try {
            return format.reader.read(key, file, wantsMore);
        } catch (CharacterCodingException e) {
            throw new DatasetException(key, file + " is not UTF-8; convert it to UTF-8.", e);
        } catch (IOException e) {
            throw new DatasetException(key, file + " cannot be read: " + e + ".", e);
        }
    }
}
