package dev.hone.task.dataset;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/// One JSON array of objects, UTF-8, read object by object.
final class JsonRows {

    /// What follows an object is the next one.
    private static final ObjectReader JSON =
            JsonRow.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonRows() {}

    static boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException {
        String where = file.toString();
        try (Reader text = Files.newBufferedReader(file);
                JsonParser json = JSON.createParser(text)) {
            JsonToken first = json.nextToken();
            if (first != JsonToken.START_ARRAY) {
                throw new DatasetException(
                        key,
                        file + " holds " + (first == null ? "nothing" : "no array, but begins with " + first)
                                + "; write one array of objects, or name the file .jsonl if each line is an object.");
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                where = file + ":" + json.currentTokenLocation().getLineNr();
                if (json.currentToken() != JsonToken.START_OBJECT) {
                    throw new DatasetException(
                            key, where + " holds " + json.currentToken() + "; each element must be an object.");
                }
                if (!wantsMore.test(JsonRow.of(where, JSON.readTree(json)))) {
                    return false;
                }
            }
            if (json.nextToken() != null) {
                throw new DatasetException(
                        key,
                        file + ":" + json.currentTokenLocation().getLineNr()
                                + " goes on after the array's end; write one array and nothing else.");
            }
            return true;
        } catch (JacksonIOException e) {
            if (e.getCause() instanceof CharacterCodingException coding) {
                throw coding;
            }
            throw e.getCause();
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? -1 : e.getLocation().getLineNr();
            throw new DatasetException(
                    key,
                    (line > 0 ? file + ":" + line : where) + " is not JSON: " + e.getOriginalMessage()
                            + "; write one array of objects.",
                    e);
        }
    }
}
