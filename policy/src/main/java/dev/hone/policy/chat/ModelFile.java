package dev.hone.policy.chat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// The small files of a model's directory.
final class ModelFile {

    /// Bytes; the longest `tokenizer.json` of the families that are read has 35 MB.
    private static final long LONGEST = 128L << 20;

    private static final JsonMapper JSON = JsonMapper.shared();

    private ModelFile() {}

    /// The file as JSON; a missing node if it is not there.
    ///
    /// @throws IllegalArgumentException if it is no JSON
    static JsonNode json(Path file) {
        if (!Files.exists(file)) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(text(file));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    file + " is no readable JSON: " + e.getOriginalMessage() + "; fetch the model again.", e);
        }
    }

    /// @throws IllegalArgumentException if it is longer than any tokenizer
    static String text(Path file) {
        try {
            if (Files.size(file) > LONGEST) {
                throw new IllegalArgumentException(file + " has " + Files.size(file) + " bytes; at most " + LONGEST
                        + " are read of a model's small files. Fetch the model again.");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /// A special token as `tokenizer_config.json` names it: text, or an object with `content`; empty if there
    /// is none.
    static String token(JsonNode config, String name) {
        JsonNode value = config.path(name);
        return value.isObject() ? value.path("content").asString("") : value.asString("");
    }
}
