package dev.hone.task.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The front matter of a dataset's `README.md`: YAML between two lines of three dashes, whose `configs` name each
/// configuration's files.
///
/// @param configs the list `configs`; missing if there is none
record HubCard(JsonNode configs) {

    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String FENCE = "---";

    static HubCard read(Path readme, String keyPrefix) {
        if (!Files.isRegularFile(readme)) {
            return new HubCard(MissingNode.getInstance());
        }
        try {
            List<String> lines = Files.readAllLines(readme);
            int end = lines.isEmpty() || !lines.getFirst().strip().equals(FENCE)
                    ? -1
                    : lines.subList(1, lines.size()).indexOf(FENCE);
            if (end < 0) {
                return new HubCard(MissingNode.getInstance());
            }
            return new HubCard(
                    YAML.readTree(String.join("\n", lines.subList(1, end + 1))).path("configs"));
        } catch (IOException | JacksonException e) {
            throw new DatasetException(
                    keyPrefix + "dataset_path",
                    readme + " has front matter that cannot be read: " + e.getMessage() + "; correct or remove it.",
                    e);
        }
    }

    /// Patterns of the split's files, relative to the folder; nothing if the card does not speak of files.
    ///
    /// @throws DatasetException if the card names other configurations or splits only
    Optional<List<String>> patterns(String name, String split, String splitKey) {
        List<String> names = new ArrayList<>();
        for (JsonNode config : configs) {
            if (!config.has("data_files")) {
                continue;
            }
            names.add(config.path("config_name").asString("default"));
            if (names.getLast().equals(name)) {
                return Optional.of(splitPatterns(config, name, split, splitKey));
            }
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        throw new DatasetException(
                splitKey.substring(0, splitKey.lastIndexOf('.')) + ".dataset_name",
                "The dataset has no configuration '" + name + "'; choose one of " + names + ".");
    }

    private static List<String> splitPatterns(JsonNode config, String name, String split, String splitKey) {
        JsonNode files = config.path("data_files");
        String folder = config.path("data_dir").asString("");
        List<String> splits = new ArrayList<>();
        for (JsonNode entry : files) {
            if (entry.isObject() && entry.has("split")) {
                splits.add(entry.path("split").asString());
                if (splits.getLast().equals(split)) {
                    return texts(entry.path("path"), folder);
                }
            }
        }
        if (splits.isEmpty() && split.equals("train")) { // files without a split are training data
            return texts(files, folder);
        }
        throw new DatasetException(
                splitKey,
                "Configuration '" + name + "' has no split '" + split + "'; choose one of "
                        + (splits.isEmpty() ? List.of("train") : splits) + ".");
    }

    private static List<String> texts(JsonNode oneOrMany, String folder) {
        List<String> texts = new ArrayList<>();
        if (oneOrMany.isString()) {
            texts.add(oneOrMany.asString());
        }
        oneOrMany.forEach(text -> texts.add(text.asString()));
        return texts.stream()
                .map(text -> text.startsWith("./") ? text.substring(2) : text)
                .map(text -> folder.isEmpty() ? text : folder + "/" + text)
                .toList();
    }
}
