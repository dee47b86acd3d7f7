package dev.hone.rollout.endpoint;

import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.generation.ModelTexts;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.Access;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.tool.Sandbox;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// The episodes that run in this process, by their keys. A key opens one episode, for as long as it runs.
@Component
public class Endpoints {

    private static final int KEY_BYTES = 32;

    private final EndpointProperties properties;
    private final Environment environment;
    private final ModelTexts models;
    private final Policy policy;
    private final Sandbox sandbox;
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<String, EpisodeTuner> open = new ConcurrentHashMap<>();

    Endpoints(
            EndpointProperties properties, Environment environment, ModelTexts models, Policy policy, Sandbox sandbox) {
        this.properties = properties;
        this.environment = environment;
        this.models = models;
        this.policy = policy;
        this.sandbox = sandbox;
    }

    /// Opens an episode under a new key.
    ///
    /// @throws dev.hone.rollout.limit.EpisodeFailedException if the run's model cannot be had
    public EpisodeTuner open(TaskIssued issued, Deadline deadline) {
        byte[] secret = new byte[KEY_BYTES];
        random.nextBytes(secret);
        String key = "hone-" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Access access = new Access(url() + "/v1", key, properties.silence());
        EpisodeTuner tuner =
                new EpisodeTuner(issued, models.of(issued.episode().run()), policy, sandbox, deadline, access);
        open.put(key, tuner);
        return tuner;
    }

    /// Where this process is.
    public String url() {
        return properties.url().isEmpty()
                ? "http://127.0.0.1:" + environment.getProperty("local.server.port", "8082")
                : properties.url();
    }

    /// The key opens nothing any more.
    public void close(EpisodeTuner tuner) {
        open.remove(tuner.apiKey());
    }

    /// The episode that this `Authorization` header opens.
    public Optional<EpisodeTuner> find(String authorization) {
        String bearer = "Bearer ";
        return authorization.regionMatches(true, 0, bearer, 0, bearer.length())
                ? Optional.ofNullable(
                        open.get(authorization.substring(bearer.length()).strip()))
                : Optional.empty();
    }
}
