package dev.hone.debug;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.learner.publish.GenerateMessages;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import dev.hone.rollout.generation.Policy;
import dev.hone.rollout.limit.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;

/// The model in this process, generating as the learner does; it waits without a deadline.
final class LocalPolicy implements Policy, AutoCloseable {

    private final dev.hone.policy.Policy policy;
    private final Generator generator;

    private LocalPolicy(dev.hone.policy.Policy policy) {
        this.policy = policy;
        this.generator = new Generator(policy, policy.publish(0), GeneratorOptions.defaults());
    }

    /// @throws IOException if the folder holds no model
    static LocalPolicy load(Path model, PolicyOptions options) throws IOException {
        return new LocalPolicy(dev.hone.policy.Policy.load(model, options));
    }

    /// Tokens of the longest conversation that the model reads.
    int maxTokens() {
        return policy.config().maxPositions();
    }

    @Override
    public GenerateResponse generate(EpisodeKey episode, GenerateRequest request, Deadline deadline) {
        try {
            return GenerateMessages.response(
                    generator.submit(GenerateMessages.request(request)).join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    @Override
    public void close() {
        generator.close();
        policy.close();
    }
}
