package dev.hone.task.dataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One JSON object a line, UTF-8; blank lines are skipped.
final class JsonlRows {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private JsonlRows() {}

    static boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && !wantsMore.test(row(key, file + ":" + number, line))) {
                    return false;
                }
            }
            return true;
        } catch (CharacterCodingException e) {
            throw new DatasetException(key, file + " is not UTF-8 after line " + number + "; convert it to UTF-8.", e);
        }
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
        Map<String, String> columns = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            JsonNode value = property.getValue();
            if (!value.isNull()) {
                columns.put(property.getKey(), value.isValueNode() ? value.asString() : value.toString());
            }
        }
        return new Row(where, columns);
    }
}
