package dev.hone.bench;

import dev.hone.learner.advantage.GroupOfOne;
import dev.hone.learner.advantage.GroupRelativeAdvantage;
import dev.hone.learner.advantage.RewardedBatch;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.PolicyObjective;
import dev.hone.learner.model.Placement;
import dev.hone.learner.step.AdamW;
import dev.hone.learner.step.LearningRate;
import dev.hone.learner.step.MemoryBudget;
import dev.hone.learner.step.Replicas;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.Update;
import dev.hone.learner.step.UpdateSettings;
import dev.hone.learner.step.UpdateStep;
import dev.hone.policy.Policy;
import dev.hone.policy.ScoredSequence;
import dev.hone.policy.WeightSet;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationRequest;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// The learner's parts without its services: a policy, a generator, an optimizer.
final class Workbench implements AutoCloseable {
    private final Policy policy;
    private final AdamW optimizer;
    private final Replicas replicas;
    private final Generator generator;
    private long key;
    private long version;

    Workbench(Policy policy, GeneratorOptions options) {
        this.policy = policy;
        this.optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0, 1));
        this.replicas = Replicas.of(policy, Placement.replicas("auto", policy.options()));
        this.generator = new Generator(policy, policy.publish(version), options);
    }

    /// One sample and where it came from.
    record Sample(int group, int[] prompt, Generated generated) {}

    /// Samples of each prompt, each of exactly so many tokens (nothing stops them), with log-probabilities.
    List<Sample> generate(Prompts prompts, int samples, int tokens) {
        List<CompletableFuture<Sample>> futures = new ArrayList<>();
        for (int group = 0; group < prompts.ids().size(); group++) {
            int[] prompt = prompts.ids().get(group);
            int index = group;
            for (int sample = 0; sample < samples; sample++) {
                futures.add(generator
                        .submit(GenerationRequest.of(prompt, tokens, 1, Set.of(), ++key))
                        .thenApply(generated -> new Sample(index, prompt, generated)));
            }
        }
        return futures.stream().map(CompletableFuture::join).toList();
    }

    /// GRPO's batch of them; a sample's reward is its share of even token ids.
    static List<TrainingSequence> batch(List<Sample> samples) {
        double[] rewards = samples.stream()
                .mapToDouble(sample -> Arrays.stream(sample.generated().tokenIds())
                        .mapToDouble(id -> 1 - id % 2)
                        .average()
                        .orElseThrow())
                .toArray();
        double[] advantages = new GroupRelativeAdvantage(1e-4, GroupOfOne.ZERO)
                .of(new RewardedBatch(
                        rewards,
                        samples.stream().mapToInt(Sample::group).toArray(),
                        samples.stream()
                                .mapToInt(sample -> sample.generated().tokenIds().length)
                                .toArray()));
        return IntStream.range(0, samples.size())
                .mapToObj(i -> sequence(i, samples.get(i), advantages[i]))
                .toList();
    }

    private static TrainingSequence sequence(int episode, Sample sample, double advantage) {
        int[] sampled = sample.generated().tokenIds();
        int prompt = sample.prompt().length;
        int[] tokens = Arrays.copyOf(sample.prompt(), prompt + sampled.length);
        System.arraycopy(sampled, 0, tokens, prompt, sampled.length);
        return new TrainingSequence(
                episode,
                0,
                ScoredSequence.of(tokens, IntStream.range(prompt, tokens.length).toArray(), 1),
                sample.generated().logProbs(),
                advantage);
    }

    /// The learner's update, one optimizer step.
    Update train(List<TrainingSequence> batch, int maxTokensPerMicroBatch) {
        Update update = new UpdateStep(
                        replicas,
                        null,
                        optimizer,
                        new PolicyObjective(new ClippedPolicyLoss(0.2, 0.2, 0), Optional.empty(), 0),
                        new UpdateSettings(
                                Aggregation.of(Aggregation.Mode.TOKEN_MEAN), 1, 1, new LearningRate(1e-6, 0, 0)),
                        new MemoryBudget(maxTokensPerMicroBatch, false, true))
                .run(batch);
        await();
        return update;
    }

    /// Puts the weights as they are into the generator.
    void publish() {
        WeightSet weights = policy.publish(++version);
        generator.swap(weights, Generator.SwapMode.FINISH_FIRST).join();
    }

    /// Until the device has done what it was given: reads the smallest parameter back.
    private void await() {
        policy.parameters().stream()
                .map(parameter -> parameter.array())
                .min((a, b) -> Long.compare(a.size(), b.size()))
                .orElseThrow()
                .toFloatArray();
    }

    @Override
    public void close() {
        generator.close();
        replicas.close();
        optimizer.close();
    }
}
