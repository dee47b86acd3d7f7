package dev.hone.rollout.environment;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.task.TaskEnvironment;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One episode's environment, from creation to release. Without a remote environment it does nothing.
public final class EpisodeEnvironment implements AutoCloseable {

    /// What evaluating may take, beside the calls' own limit, when the episode has used up its time.
    private static final Duration MARGIN = Duration.ofSeconds(60);

    private final TaskIssued issued;
    private final EnvironmentClient client;
    private final Instances instances;
    private @Nullable Open open;

    EpisodeEnvironment(TaskIssued issued, EnvironmentClient client, Instances instances) {
        this.issued = issued;
        this.client = client;
        this.instances = instances;
    }

    /// Creates the instance.
    ///
    /// @return it; empty if the episode has no environment
    /// @throws EpisodeFailedException if the service does not give one
    public Optional<Environment> begin(Deadline deadline) {
        TaskEnvironment environment = issued.environment();
        if (environment == null) {
            return Optional.empty();
        }
        Duration timeToLive = Duration.ofMillis(Math.round(issued.rollout().episodeTimeout() * 1000))
                .plus(evaluation(environment));
        UUID instance = instances.begin(issued.episode().id(), environment.url(), timeToLive);
        // From here on there is something to release, whether or not the service answers.
        Open created = new Open(environment, instance, deadline);
        open = created;
        JsonNode shown = client.create(environment, instance, issued.seed(), timeToLive, deadline);
        created.observation = shown.path("observation").asString("");
        return Optional.of(created);
    }

    /// Adds the environment's verdict to what the workflow gave back. Nobody else can: what stood under its keys is
    /// removed.
    ///
    /// @param metadata of the workflow's output
    /// @throws EpisodeFailedException if the service gives no verdict
    public Map<String, String> evaluate(Map<String, String> metadata) {
        Map<String, String> evaluated = new HashMap<>(metadata);
        EpisodeFinished.ENVIRONMENT_KEYS.forEach(evaluated::remove);
        if (open != null) {
            evaluated.putAll(open.verdict(metadata.getOrDefault(EpisodeFinished.FINAL_ANSWER, "")));
        }
        return evaluated;
    }

    /// Has the instance released.
    @Override
    public void close() {
        if (open != null) {
            instances.end(open.instance);
        }
    }

    private static Duration evaluation(TaskEnvironment environment) {
        return Duration.ofNanos(Math.round(environment.callTimeout() * 1e9)).plus(MARGIN);
    }

    /// The instance.
    private final class Open implements Environment {

        private final TaskEnvironment environment;
        private final UUID instance;
        private final Deadline deadline;
        private String observation = "";
        private int steps;

        Open(TaskEnvironment environment, UUID instance, Deadline deadline) {
            this.environment = environment;
            this.instance = instance;
            this.deadline = deadline;
        }

        @Override
        public String observation() {
            return observation;
        }

        @Override
        public synchronized Observation step(String action) {
            JsonNode answer = client.step(environment, instance, steps, action, deadline);
            steps++;
            return new Observation(
                    answer.path("observation").asString(""), answer.path("done").asBoolean(false));
        }

        private Map<String, String> verdict(String finalAnswer) {
            JsonNode answer = client.evaluate(environment, instance, finalAnswer, Deadline.in(evaluation(environment)));
            double reward = answer.path("reward").asDouble(Double.NaN);
            if (!(reward >= 0 && reward <= 1)) {
                URI address = EnvironmentClient.address(environment.url(), instance, "/evaluate");
                throw EnvironmentClient.refused(
                        "POST", address, "its reward is " + answer.path("reward") + ", not between 0 and 1", false);
            }
            return Map.of(
                    EpisodeFinished.ENV_REWARD, Double.toString(reward),
                    EpisodeFinished.ENV_CAUSE, answer.path("cause").asString(""),
                    EpisodeFinished.ENV_REASON, answer.path("reason").asString(""));
        }
    }
}
