package dev.hone.learner.training;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TrainerConfig;
import dev.hone.learner.advantage.AdvantageEstimator;
import dev.hone.learner.algorithm.Algorithm;
import dev.hone.learner.ledger.ReplayConditions;
import dev.hone.learner.model.Placement;
import dev.hone.learner.model.PolicyLoader;
import dev.hone.learner.step.AdamW;
import dev.hone.learner.step.LearningRate;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.Update;
import dev.hone.learner.step.UpdateSettings;
import dev.hone.learner.step.UpdateStep;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run's weights and everything that moves them. Belongs to the training thread.
final class PolicySession implements AutoCloseable {
    private final Policy policy;
    private final @Nullable Policy reference;
    private final TrainerConfig config;
    private final Algorithm algorithm;
    private final AdamW optimizer;

    private PolicySession(Policy policy, @Nullable Policy reference, RunConfig run) {
        this.policy = policy;
        this.reference = reference;
        this.config = run.trainerCommon();
        this.algorithm = Algorithm.of(run);
        TrainerConfig.OptimConfig optim = config.optim();
        this.optimizer = new AdamW(
                policy,
                new AdamW.Settings(optim.beta1(), optim.beta2(), optim.eps(), optim.weightDecay(), optim.gradClip()));
    }

    /// Loads the model that the run began with.
    ///
    /// @param threads inside one operator on the CPU
    static PolicySession open(RunConfig config, int threads) throws IOException {
        TrainerConfig trainer = config.trainerCommon();
        PolicyOptions options = Placement.of(trainer.device(), trainer.computeType(), threads);
        Path directory = Path.of(config.model().path());
        Policy policy = PolicyLoader.load(directory, config.model().adapter(), trainer.lora(), config.seed(), options);
        try {
            boolean kl = trainer.algorithm().klLossCoef() > 0 && !trainer.valOnly();
            return new PolicySession(policy, kl ? reference(policy, trainer) : null, config);
        } catch (IOException | RuntimeException e) {
            policy.close();
            throw e;
        }
    }

    /// The model that the run begins with: with adapters it shares the weights that do not move.
    private static Policy reference(Policy policy, TrainerConfig trainer) throws IOException {
        return trainer.lora().active() ? policy.frozen() : Policy.load(policy.directory(), policy.options());
    }

    Policy policy() {
        return policy;
    }

    AdamW optimizer() {
        return optimizer;
    }

    /// What the next update is computed under.
    ReplayConditions conditions() {
        return new ReplayConditions(policy.options().threads(), config.maxTokensPerMicroBatch());
    }

    /// How rewards become advantages.
    AdvantageEstimator advantages() {
        return algorithm.advantages();
    }

    /// Updates the weights.
    ///
    /// @param maxTokensPerMicroBatch by which the batch is cut
    Update update(List<TrainingSequence> batch, int maxTokensPerMicroBatch) {
        TrainerConfig.OptimConfig optim = config.optim();
        UpdateSettings settings = new UpdateSettings(
                algorithm.aggregation(),
                config.algorithm().miniBatchNum(),
                config.algorithm().ppoEpochs(),
                maxTokensPerMicroBatch,
                new LearningRate(optim.lr(), optim.warmupSteps(), 0));
        return new UpdateStep(policy, reference, optimizer, algorithm.objective(), settings).run(batch);
    }

    String checksum() {
        return "sha256:" + policy.checksum();
    }

    @Override
    public void close() {
        optimizer.close();
        if (reference != null) {
            reference.close();
        }
        policy.close();
    }
}
