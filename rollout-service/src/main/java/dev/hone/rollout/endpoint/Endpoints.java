package dev.hone.rollout.endpoint;

import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.generation.ModelText;
import dev.hone.rollout.generation.ModelTexts;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.recorder.Access;
import dev.hone.rollout.recorder.EpisodeTuner;
import dev.hone.rollout.tool.Sandbox;
import java.util.Optional;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Opens episodes to their agents, each under a key of its own.
@Component
public class Endpoints {

    private final OpenEpisodes episodes;
    private final EndpointProperties properties;
    private final Environment environment;
    private final ModelTexts models;
    private final Policy policy;
    private final Sandbox sandbox;

    Endpoints(
            OpenEpisodes episodes,
            EndpointProperties properties,
            Environment environment,
            ModelTexts models,
            Policy policy,
            Sandbox sandbox) {
        this.episodes = episodes;
        this.properties = properties;
        this.environment = environment;
        this.models = models;
        this.policy = policy;
        this.sandbox = sandbox;
    }

    /// Opens an episode under a new key.
    ///
    /// @throws dev.hone.rollout.limit.EpisodeFailedException if the run's model cannot be had until the deadline
    /// @throws InterruptedException if the thread is interrupted while it waits for it
    public EpisodeTuner open(TaskIssued issued, Deadline deadline) throws InterruptedException {
        ModelText model = models.of(issued.episode().run(), deadline);
        return episodes.open(key -> new EpisodeTuner(
                issued, model, policy, sandbox, deadline, new Access(url() + "/v1", key, properties.silence())));
    }

    /// Where this process is.
    public String url() {
        return properties.url().isEmpty()
                ? "http://127.0.0.1:" + environment.getProperty("local.server.port", "8082")
                : properties.url();
    }

    /// The key opens nothing any more.
    public void close(EpisodeTuner tuner) {
        episodes.close(tuner);
    }

    /// The episode that this `Authorization` header opens.
    public Optional<EpisodeTuner> find(String authorization) {
        return episodes.find(authorization);
    }

    /// Whether there is room for further episodes' tool calls.
    public boolean hasRoom() {
        return !sandbox.full();
    }
}
