package dev.hone.judge.modeljudge;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.LlmConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Keys of language models: read when they are needed, so that a new one counts at once, and never kept or shown.
final class ApiKeys {

    private final UnaryOperator<String> environment;

    /// @param environment a variable's value by its name; null if it is not set
    ApiKeys(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /// The key, or nothing where the server wants none.
    ///
    /// @throws InvalidConfigException if there is none where the configuration says
    Optional<String> of(LlmConfig llm) {
        if (!llm.apiKeyEnv().isEmpty()) {
            String value = environment.apply(llm.apiKeyEnv());
            return Optional.of(usable(
                    value == null ? "" : value,
                    "api_key_env",
                    "names " + llm.apiKeyEnv() + ", which is not set to a key in judge-service's environment; set it"
                            + " and start judge-service again."));
        }
        if (llm.apiKeyFile().isEmpty()) {
            return Optional.empty();
        }
        String missing = "names " + llm.apiKeyFile()
                + ", which judge-service cannot read a key from; put the key there, on one line.";
        try {
            return Optional.of(usable(Files.readString(Path.of(llm.apiKeyFile())), "api_key_file", missing));
        } catch (IOException e) {
            throw new InvalidConfigException("hone.task_judge.llm.api_key_file", missing);
        }
    }

    /// A key goes into a header: visible characters on one line.
    private static String usable(String text, String key, String missing) {
        String value = text.strip();
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new InvalidConfigException("hone.task_judge.llm." + key, missing);
        }
        return value;
    }
}
