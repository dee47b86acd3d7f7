package dev.hone.contracts.run;

/// A model on another server of OpenAI's API, for agents that are not trained. Meaning and defaults:
/// `run-defaults.yaml`. It says where rollout-service finds the key, never the key itself: configurations are
/// stored and shown.
///
/// @param baseUrl of the server, with its version, for example `https://api.openai.com/v1`; empty: none
/// @param model its name there
/// @param apiKeyEnv environment variable of rollout-service that holds the key; empty: none
/// @param apiKeyFile file that rollout-service can read and that holds the key; empty: none
public record OutsideModel(String baseUrl, String model, String apiKeyEnv, String apiKeyFile) {

    /// The policy itself.
    public static final OutsideModel NONE = new OutsideModel("", "", "", "");

    public OutsideModel {
        if (!baseUrl.isEmpty()) {
            ApiKey.requireServer("hone.rollout.untrained_model", baseUrl, model);
        }
        key(apiKeyEnv, apiKeyFile);
    }

    /// Whether there is one to ask.
    public boolean active() {
        return !baseUrl.isEmpty();
    }

    /// Where its key is.
    public ApiKey key() {
        return key(apiKeyEnv, apiKeyFile);
    }

    private static ApiKey key(String variable, String file) {
        return new ApiKey("hone.rollout.untrained_model", "rollout-service", variable, file);
    }
}
