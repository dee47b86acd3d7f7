package dev.hone.rollout.environment;

import dev.hone.contracts.task.TaskIssued;
import org.springframework.stereotype.Component;

/// Gives each episode its environment, if it has one.
@Component
public class Environments {

    private final EnvironmentClient client;
    private final Instances instances;

    Environments(EnvironmentClient client, Instances instances) {
        this.client = client;
        this.instances = instances;
    }

    /// The episode's environment; nothing is created yet. Close it when the episode is over.
    public EpisodeEnvironment of(TaskIssued issued) {
        return new EpisodeEnvironment(issued, client, instances);
    }
}
