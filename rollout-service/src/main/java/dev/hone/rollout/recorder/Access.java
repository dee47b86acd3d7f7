package dev.hone.rollout.recorder;

import java.time.Duration;

/// How an episode is reached from outside of this process.
///
/// @param baseUrl what clients of OpenAI's API are given as such: `http://HOST:PORT/v1`
/// @param apiKey a secret of this one episode
/// @param silence how long an agent in another process may give no sign of life
public record Access(String baseUrl, String apiKey, Duration silence) {

    /// Without the key, which nobody is to find in a log.
    @Override
    public String toString() {
        return "Access[" + baseUrl + "]";
    }
}
