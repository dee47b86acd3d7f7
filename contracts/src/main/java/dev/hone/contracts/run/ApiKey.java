package dev.hone.contracts.run;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Where a service finds the key to a server of OpenAI's API. Only what is meant to be a key can be named, so
/// that a run cannot send any secret of the service to a server of its choice.
///
/// @param section of the configuration, `hone.task_judge.llm` for example
/// @param service whose environment and files are meant
/// @param variable of its environment; empty: none
/// @param file that it can read; empty: none
public record ApiKey(String section, String service, String variable, String file) {

    /// None of Hone's own: `HONE_API_KEY` opens its gateway.
    private static final String VARIABLE = "(?!HONE_)[A-Z][A-Z0-9_]*_API_KEY";
    private static final String FILE_ENDING = ".api-key";

    public ApiKey {
        if (!variable.isEmpty() && !variable.matches(VARIABLE)) {
            throw new InvalidConfigException(
                    section + ".api_key_env",
                    "must name an environment variable of " + service + " that ends in _API_KEY, for example"
                            + " OPENAI_API_KEY; the key itself does not belong into a run's file.");
        }
        if (!file.isEmpty() && !(file.endsWith(FILE_ENDING) && Path.of(file).isAbsolute())) {
            throw new InvalidConfigException(
                    section + ".api_key_file",
                    "is '" + file + "'; give the whole path of a file at " + service + " whose name ends in "
                            + FILE_ENDING + ".");
        }
        if (!variable.isEmpty() && !file.isEmpty()) {
            throw new InvalidConfigException(
                    section + ".api_key_file", "stands beside api_key_env; leave one of the two empty.");
        }
    }

    /// Refuses what is no server, or one without a model's name.
    static void requireServer(String section, String baseUrl, String model) {
        if (!isHttp(baseUrl)) {
            throw new InvalidConfigException(
                    section + ".base_url",
                    "is no address of a server; give for example https://api.openai.com/v1, without a name or password"
                            + " in it.");
        }
        if (model.isEmpty()) {
            throw new InvalidConfigException(section + ".model", "is empty; name the model to ask at " + baseUrl + ".");
        }
    }

    private static boolean isHttp(String address) {
        try {
            URI uri = URI.create(address);
            return uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// What a server said, for messages, without the key that it was shown: some repeat it.
    ///
    /// @param key empty: none was shown
    public static String without(String key, String said) {
        return key.isEmpty() ? said : said.replace(key, "[the key]");
    }

    /// The key, or nothing where the server wants none. Read each time, so that a new one counts at once.
    ///
    /// @param environment a variable's value by its name; null if it is not set
    /// @throws InvalidConfigException if there is none where the configuration says
    public Optional<String> read(UnaryOperator<String> environment) {
        if (!variable.isEmpty()) {
            String value = environment.apply(variable);
            return Optional.of(usable(
                    value == null ? "" : value,
                    "api_key_env",
                    "names " + variable + ", which is not set to a key in " + service + "'s environment; set it"
                            + " and start " + service + " again."));
        }
        if (file.isEmpty()) {
            return Optional.empty();
        }
        String missing =
                "names " + file + ", which " + service + " cannot read a key from; put the key there, on one line.";
        try {
            return Optional.of(usable(Files.readString(Path.of(file)), "api_key_file", missing));
        } catch (IOException e) {
            throw new InvalidConfigException(section + ".api_key_file", missing);
        }
    }

    /// A key goes into a header: visible characters on one line.
    private String usable(String text, String key, String missing) {
        String value = text.strip();
        if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new InvalidConfigException(section + "." + key, missing);
        }
        return value;
    }
}
