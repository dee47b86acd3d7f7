package dev.hone.task.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/// One JSON object a line, UTF-8; blank lines are skipped.
final class JsonlRows {

    /// A longer line is no row, but a file of another kind.
    static final int LONGEST_LINE = 16 << 20;

    private static final ObjectReader JSON =
            JsonRow.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonlRows() {}

    static boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = line(lines); line != null; line = line(lines)) {
                number++;
                if (line.length() > LONGEST_LINE) {
                    throw new DatasetException(
                            key,
                            file + ":" + number + " is longer than " + LONGEST_LINE
                                    + " characters; write one JSON object a line, or name the file .json if it is an"
                                    + " array.");
                }
                if (!line.isBlank() && !wantsMore.test(row(key, file + ":" + number, line))) {
                    return false;
                }
            }
            return true;
        } catch (CharacterCodingException e) {
            throw new DatasetException(key, file + " is not UTF-8 after line " + number + "; convert it to UTF-8.", e);
        }
    }

    /// The next line, cut one character behind the longest.
    private static @Nullable String line(BufferedReader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        int character = lines.read();
        if (character < 0) {
            return null;
        }
        for (; character >= 0 && character != '\n' && line.length() <= LONGEST_LINE; character = lines.read()) {
            line.append((char) character);
        }
        return line.toString();
    }

    private static Row row(String key, String where, String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new DatasetException(
                    key, where + " is not JSON: " + e.getOriginalMessage() + "; write one JSON object a line.", e);
        }
        if (!node.isObject()) {
            throw new DatasetException(key, where + " holds " + node.getNodeType() + "; write one JSON object a line.");
        }
        return JsonRow.of(where, node);
    }
}
