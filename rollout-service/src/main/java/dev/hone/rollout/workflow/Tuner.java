package dev.hone.rollout.workflow;

import dev.hone.contracts.run.RolloutConfig;
import dev.hone.rollout.environment.Environment;
import io.agentscope.core.model.Model;
import java.util.Optional;

/// What a workflow gets to work with: the policy that is being trained, and tools. Everything that goes
/// through it is recorded on the episode's account and ends with the episode's deadline.
public interface Tuner {

    /// The policy's name on the endpoint: what it samples is trained on.
    String TRAINED = "policy";

    /// The policy's name on the endpoint for an agent that is not trained.
    String UNTRAINED = "policy-untrained";

    /// The policy as a model of AgentScope; every token is recorded.
    Model asAgentScopeModel();

    /// The policy for an agent that is not trained: the same weights; its tokens are recorded, and count in no loss.
    Model asUntrainedAgentScopeModel();

    /// Base URL of the episode's OpenAI-compatible endpoint, `http://HOST:PORT/v1`. Its models are [#TRAINED] and
    /// [#UNTRAINED].
    String baseUrl();

    /// The key to the endpoint: a secret of this one episode that ends with it.
    String apiKey();

    /// Runs Python in the sandbox, under the run's tool timeout.
    ///
    /// @return what to tell the model: what the code printed, or how it failed
    String runPython(String code);

    /// The episode's environment, if its task comes from a service of environments.
    default Optional<Environment> environment() {
        return Optional.empty();
    }

    /// The run's settings.
    RolloutConfig settings();
}
