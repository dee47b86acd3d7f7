package dev.hone.contracts.run;

import java.net.URI;
import java.nio.file.Path;

/// The language model that a judge may ask. Meaning and defaults: `run-defaults.yaml`. It says where judge-service
/// finds
/// the key, never the key itself: configurations are stored and shown.
///
/// @param baseUrl of an OpenAI-compatible server, with its version, for example `https://api.openai.com/v1`; empty:
/// none
/// @param model its name there
/// @param apiKeyEnv environment variable of judge-service that holds the key; empty: none
/// @param apiKeyFile file that judge-service can read and that holds the key; empty: none
/// @param timeout seconds that one request may take
/// @param maxCalls requests answered for the run in all; 0: no limit
/// @param requestsPerSecond of one judge-service to one server
public record LlmConfig(
        String baseUrl,
        String model,
        String apiKeyEnv,
        String apiKeyFile,
        double timeout,
        int maxCalls,
        double requestsPerSecond) {

    /// No language model.
    public static final LlmConfig NONE = new LlmConfig("", "", "", "", 20, 0, 5);

    private static final String KEY = "task_judge.llm.";

    /// So that a run cannot send any secret of judge-service's environment to a server of its choice.
    private static final String KEY_VARIABLE = "[A-Z][A-Z0-9_]*_API_KEY";

    private static final String KEY_FILE_ENDING = ".api-key";

    public LlmConfig {
        Limits.between(KEY + "timeout", timeout, 0.1, 200);
        Limits.atLeast(KEY + "max_calls", maxCalls, 0);
        Limits.between(KEY + "requests_per_second", requestsPerSecond, 0.001, 10_000);
        if (!baseUrl.isEmpty()) {
            requireHttp(baseUrl);
            if (model.isEmpty()) {
                throw new InvalidConfigException(
                        "hone." + KEY + "model", "is empty; name the model to ask at " + baseUrl + ".");
            }
        }
        if (!apiKeyEnv.isEmpty() && !apiKeyEnv.matches(KEY_VARIABLE)) {
            throw new InvalidConfigException(
                    "hone." + KEY + "api_key_env",
                    "must name an environment variable of judge-service that ends in _API_KEY, for example"
                            + " OPENAI_API_KEY; the key itself does not belong into a run's file.");
        }
        if (!apiKeyFile.isEmpty()
                && !(apiKeyFile.endsWith(KEY_FILE_ENDING) && Path.of(apiKeyFile).isAbsolute())) {
            throw new InvalidConfigException(
                    "hone." + KEY + "api_key_file",
                    "is '" + apiKeyFile + "'; give the whole path of a file at judge-service whose name ends in "
                            + KEY_FILE_ENDING + ".");
        }
        if (!apiKeyEnv.isEmpty() && !apiKeyFile.isEmpty()) {
            throw new InvalidConfigException(
                    "hone." + KEY + "api_key_file", "stands beside api_key_env; leave one of the two empty.");
        }
    }

    /// Whether there is one to ask.
    public boolean active() {
        return !baseUrl.isEmpty();
    }

    private static void requireHttp(String address) {
        try {
            URI uri = URI.create(address);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getUserInfo() == null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, as any other address that is none.
        }
        throw new InvalidConfigException(
                "hone." + KEY + "base_url",
                "is no address of a server; give for example https://api.openai.com/v1, without a name or password"
                        + " in it.");
    }
}
