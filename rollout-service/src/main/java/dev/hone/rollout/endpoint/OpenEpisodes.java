package dev.hone.rollout.endpoint;

import dev.hone.rollout.recorder.EpisodeTuner;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/// The episodes that run in this process, by their keys. A key opens one episode, for as long as it runs.
@Component
class OpenEpisodes {

    private static final int KEY_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<String, EpisodeTuner> open = new ConcurrentHashMap<>();

    /// Opens an episode under a new key.
    ///
    /// @param tuner of the episode, to be reached with the key that it is given
    EpisodeTuner open(Function<String, EpisodeTuner> tuner) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        String key = "hone-" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        EpisodeTuner opened = tuner.apply(key);
        open.put(key, opened);
        return opened;
    }

    /// Its key opens nothing any more.
    void close(EpisodeTuner tuner) {
        open.remove(tuner.apiKey());
    }

    /// The episode that this `Authorization` header opens.
    Optional<EpisodeTuner> find(String authorization) {
        String bearer = "Bearer ";
        return authorization.regionMatches(true, 0, bearer, 0, bearer.length())
                ? Optional.ofNullable(
                        open.get(authorization.substring(bearer.length()).strip()))
                : Optional.empty();
    }
}
