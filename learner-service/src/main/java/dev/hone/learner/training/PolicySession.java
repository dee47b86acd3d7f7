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
import dev.hone.learner.step.MemoryBudget;
import dev.hone.learner.step.Replicas;
import dev.hone.learner.step.SkippedUpdates;
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
    private final Replicas replicas;
    private final @Nullable Replicas frozen;
    private final TrainerConfig config;
    private final Algorithm algorithm;
    private final AdamW optimizer;
    private final SkippedUpdates skipped;
    private MemoryBudget budget;

    private PolicySession(Policy policy, @Nullable Policy reference, int count, RunConfig run) {
        this.policy = policy;
        this.reference = reference;
        this.replicas = Replicas.of(policy, count);
        this.frozen = reference == null ? null : Replicas.of(reference, count);
        this.config = run.trainerCommon();
        this.algorithm = Algorithm.of(run);
        TrainerConfig.OptimConfig optim = config.optim();
        this.optimizer = new AdamW(
                policy,
                new AdamW.Settings(optim.beta1(), optim.beta2(), optim.eps(), optim.weightDecay(), optim.gradClip()));
        this.skipped = new SkippedUpdates(config.maxSkippedUpdates());
        this.budget = budget(config.maxTokensPerMicroBatch());
    }

    private MemoryBudget budget(int tokens) {
        return MemoryBudget.of(
                config.gradientCheckpointing(),
                tokens,
                replicas.count() * policy.keptBytesPerToken(),
                Placement.memory(policy.options()));
    }

    /// Loads the model that the run began with.
    ///
    /// @param threads inside one operator on the CPU
    /// @param replicas that a batch is dealt among; 0: as the configuration says
    static PolicySession open(RunConfig config, int threads, int replicas) throws IOException {
        TrainerConfig trainer = config.trainerCommon();
        PolicyOptions options = Placement.of(trainer.device(), trainer.computeType(), threads);
        Path directory = Path.of(config.model().path());
        Policy policy = PolicyLoader.load(directory, config.model().adapter(), trainer.lora(), config.seed(), options);
        try {
            boolean kl = trainer.algorithm().klLossCoef() > 0 && !trainer.valOnly();
            int count = replicas > 0 ? replicas : Placement.replicas(trainer.devices(), options);
            return new PolicySession(policy, kl ? reference(policy, trainer) : null, count, config);
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
        return new ReplayConditions(policy.options().threads(), budget.tokens(), replicas.count());
    }

    /// How rewards become advantages.
    AdvantageEstimator advantages() {
        return algorithm.advantages();
    }

    /// Updates the weights.
    ///
    /// @throws ArithmeticException if too many optimizer steps in a row had to be left out
    Update update(List<TrainingSequence> batch) {
        TrainerConfig.OptimConfig optim = config.optim();
        UpdateSettings settings = new UpdateSettings(
                algorithm.aggregation(),
                config.algorithm().miniBatchNum(),
                config.algorithm().ppoEpochs(),
                new LearningRate(optim.lr(), optim.warmupSteps(), 0));
        Update update = new UpdateStep(replicas, frozen, optimizer, algorithm.objective(), settings, budget).run(batch);
        skipped.after(update.statistics());
        return update;
    }

    /// The same with the micro-batches of another time.
    Update replay(List<TrainingSequence> batch, ReplayConditions recorded) {
        budget = budget(recorded.maxTokensPerMicroBatch());
        return update(batch);
    }

    String checksum() {
        return "sha256:" + policy.checksum();
    }

    @Override
    public void close() {
        optimizer.close();
        replicas.close();
        if (frozen != null) {
            frozen.close();
        }
        if (reference != null) {
            reference.close();
        }
        policy.close();
    }
}
