package dev.hone.learner.sft;

import dev.hone.contracts.rollout.AgentPrompt;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.NegativeLogLikelihood;
import dev.hone.learner.model.Placement;
import dev.hone.learner.model.PolicyLoader;
import dev.hone.learner.step.AdamW;
import dev.hone.learner.step.LearningRate;
import dev.hone.learner.step.MemoryBudget;
import dev.hone.learner.step.Replicas;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.UpdateSettings;
import dev.hone.learner.step.UpdateStatistics;
import dev.hone.learner.step.UpdateStep;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.ScoredSequence;
import dev.hone.policy.chat.ChatTemplate;
import dev.hone.policy.chat.ChatTokenizer;
import dev.hone.policy.chat.TurnEncoder;
import dev.hone.policy.safetensors.StoredType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Teaches a model what the assistant says in recorded conversations. On the CPU the same configuration gives
/// the same weights, bit for bit.
public final class SupervisedFineTuning {
    private static final float TEMPERATURE = 1;

    private final SftConfig config;

    public SupervisedFineTuning(SftConfig config) {
        this.config = config;
    }

    /// Trains and exports.
    ///
    /// @param listener told after every optimizer step, on the calling thread
    /// @param goOn asked before every optimizer step; once it is false, training stops
    /// @return empty if it was stopped: nothing was written
    /// @throws IllegalArgumentException if conversations or model cannot be used
    public Optional<SftResult> run(Consumer<Progress> listener, BooleanSupplier goOn) throws IOException {
        Path source = Path.of(config.model().path());
        List<List<Message>> conversations =
                ConversationFile.read(Path.of(config.data().filePath()));
        List<TrainingSequence> sequences = encode(source, conversations);
        if (sequences.isEmpty()) {
            throw new IllegalArgumentException("All " + conversations.size() + " conversations have more than "
                    + config.data().maxLength() + " tokens; raise hone.data.max_length.");
        }
        ModelConfig model = ModelConfig.read(source);
        for (TrainingSequence sequence : sequences) {
            model.requireTokens(
                    "Conversation " + (sequence.episode() + 1) + " of "
                            + config.data().filePath(),
                    sequence.tokens().tokenIds());
        }
        SftConfig.Trainer trainer = config.trainer();
        PolicyOptions options = Placement.of(trainer.device(), trainer.computeType());
        try (Policy policy = config.model().init().equals("random")
                        ? Policy.initialise(source, config.seed(), options)
                        : PolicyLoader.load(source, config.model().adapter(), trainer.lora(), config.seed(), options);
                AdamW optimizer = new AdamW(
                        policy,
                        new AdamW.Settings(
                                trainer.beta1(),
                                trainer.beta2(),
                                trainer.eps(),
                                trainer.weightDecay(),
                                trainer.gradClip()));
                Replicas replicas = Replicas.of(policy, Placement.replicas("auto", options))) {
            int leftOut = conversations.size() - sequences.size();
            return train(policy, replicas, optimizer, sequences, leftOut, listener, goOn);
        }
    }

    private Optional<SftResult> train(
            Policy policy,
            Replicas replicas,
            AdamW optimizer,
            List<TrainingSequence> sequences,
            int leftOut,
            Consumer<Progress> listener,
            BooleanSupplier goOn)
            throws IOException {
        SftConfig.Trainer trainer = config.trainer();
        int perEpoch = (sequences.size() + trainer.batchSize() - 1) / trainer.batchSize();
        int total = perEpoch * trainer.epochs();
        LearningRate rate = new LearningRate(trainer.lr(), Math.round(trainer.warmupRatio() * total), total);
        UpdateStep update = new UpdateStep(
                replicas,
                null,
                optimizer,
                new NegativeLogLikelihood(),
                new UpdateSettings(Aggregation.named(trainer.lossAggMode(), 0), 1, 1, rate),
                new MemoryBudget(trainer.maxTokensPerMicroBatch(), false, true));
        List<TrainingSequence> order = new ArrayList<>(sequences);
        Random random = new Random(config.seed());
        long start = System.nanoTime();
        long tokens = 0;
        double lastLoss = 0;
        for (int step = 0; step < total; step++) {
            if (!goOn.getAsBoolean()) {
                return Optional.empty();
            }
            if (step % perEpoch == 0) {
                Collections.shuffle(order, random);
            }
            int from = step % perEpoch * trainer.batchSize();
            List<TrainingSequence> batch = order.subList(from, Math.min(order.size(), from + trainer.batchSize()));
            UpdateStatistics statistics = update.run(batch).statistics();
            if (!statistics.skips().isEmpty()) {
                throw new ArithmeticException(
                        "Step %d came to nothing: %s. Lower hone.trainer.lr, or check the conversations."
                                .formatted(step + 1, statistics.skips().keySet()));
            }
            tokens += batch.stream().mapToInt(TrainingSequence::length).sum();
            double seconds = (System.nanoTime() - start) / 1e9;
            int window = Math.max(1, total / 10);
            lastLoss += step >= total - window ? statistics.loss() / window : 0;
            listener.accept(new Progress(
                    step + 1, total, statistics.loss(), rate.at(step + 1), tokens / seconds, Duration.ofMillis((long)
                            (seconds * 1000 / (step + 1) * (total - step - 1)))));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Path target = Path.of(config.export().path());
        policy.export(target, config.export().dtype().equals("bfloat16") ? StoredType.BF16 : StoredType.F32);
        if (!config.export().adapterPath().isEmpty()) {
            policy.exportAdapter(Path.of(config.export().adapterPath()));
        }
        return Optional.of(new SftResult(
                total,
                sequences.size(),
                leftOut,
                lastLoss,
                tokens / (took.toNanos() / 1e9),
                took,
                policy.checksum(),
                target));
    }

    private List<TrainingSequence> encode(Path model, List<List<Message>> conversations) {
        AgentPrompt prompt =
                config.prompt().isEmpty() ? new AgentPrompt("", List.of()) : AgentPrompt.shipped(config.prompt());
        try (ChatTokenizer tokenizer = ChatTokenizer.load(model)) {
            TurnEncoder encoder = new TurnEncoder(tokenizer, ChatTemplate.load(model));
            List<Timeline> timelines = conversations.parallelStream()
                    .map(messages -> encoder.conversation(prompt, messages))
                    .toList();
            return IntStream.range(0, timelines.size())
                    .filter(i ->
                            timelines.get(i).tokenIds().length <= config.data().maxLength())
                    .mapToObj(i -> sequence(i, timelines.get(i)))
                    .toList();
        }
    }

    private static TrainingSequence sequence(int episode, Timeline timeline) {
        int[] targets = IntStream.range(1, timeline.tokenIds().length)
                .filter(timeline::inLoss)
                .toArray();
        return new TrainingSequence(
                episode, 0, ScoredSequence.of(timeline.tokenIds(), targets, TEMPERATURE), new float[0], 0);
    }
}
