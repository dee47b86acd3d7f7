package dev.hone.contracts.run;

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

    private static final String KEY = "task_judge.llm";

    public LlmConfig {
        Limits.between(KEY + ".timeout", timeout, 0.1, 200);
        Limits.atLeast(KEY + ".max_calls", maxCalls, 0);
        Limits.between(KEY + ".requests_per_second", requestsPerSecond, 0.001, 10_000);
        if (!baseUrl.isEmpty()) {
            ApiKey.requireServer("hone." + KEY, baseUrl, model);
        }
        key(apiKeyEnv, apiKeyFile);
    }

    /// Where its key is.
    public ApiKey key() {
        return key(apiKeyEnv, apiKeyFile);
    }

    private static ApiKey key(String variable, String file) {
        return new ApiKey("hone." + KEY, "judge-service", variable, file);
    }

    /// Whether there is one to ask.
    public boolean active() {
        return !baseUrl.isEmpty();
    }
}
