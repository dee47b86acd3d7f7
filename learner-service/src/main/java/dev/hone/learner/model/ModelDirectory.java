package dev.hone.learner.model;

import dev.hone.policy.ModelConfig;
import dev.hone.policy.UnsupportedModelException;
import dev.hone.policy.safetensors.InvalidWeightsException;
import dev.hone.policy.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A folder as Hugging Face lays it out, checked without loading it.
public final class ModelDirectory {
    /// What others need of a model to talk to it.
    private static final List<String> COMPANIONS = List.of(
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "generation_config.json",
            "special_tokens_map.json");

    private ModelDirectory() {}

    /// What keeps the model from being trained: the first problem found, with what to do; empty if there is none.
    public static Optional<String> problem(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Optional.of("There is no model folder " + directory + "; name one as Hugging Face lays it out.");
        }
        try {
            ModelConfig.read(directory);
            return weightsProblem(directory).or(() -> chatProblem(directory));
        } catch (UnsupportedModelException | InvalidWeightsException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return Optional.of("The model folder " + directory + " cannot be read: " + e + ".");
        }
    }

    private static Optional<String> weightsProblem(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.filter(file -> file.toString().endsWith(".safetensors"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            return Optional.of(
                    directory + " has no weights: no *.safetensors is there; copy or download the model's weights.");
        }
        for (Path file : files) {
            SafetensorsFile.open(file).close();
        }
        return Optional.empty();
    }

    private static Optional<String> chatProblem(Path directory) {
        if (!Files.isRegularFile(directory.resolve("tokenizer.json"))) {
            return Optional.of(directory + " has no tokenizer.json; copy or download the model's tokenizer.");
        }
        if (Files.isRegularFile(directory.resolve("chat_template.jinja"))) {
            return Optional.empty();
        }
        try {
            if (Files.readString(directory.resolve("tokenizer_config.json")).contains("\"chat_template\"")) {
                return Optional.empty();
            }
        } catch (IOException e) {
            // Not there: the same problem, told below.
        }
        return Optional.of(directory + " has no chat template: neither chat_template.jinja nor chat_template in"
                + " tokenizer_config.json; choose a model that was trained to chat.");
    }

    /// Names of the small files that others need of a model; a model may lack some.
    public static List<String> companions() {
        return COMPANIONS;
    }

    /// A small file that others need of the model; empty if it is no such file or not there.
    public static Optional<Path> companion(Path directory, String name) {
        Path file = directory.resolve(name);
        return COMPANIONS.contains(name) && Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }
}
