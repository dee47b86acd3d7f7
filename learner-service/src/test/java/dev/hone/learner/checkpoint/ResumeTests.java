package dev.hone.learner.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.RunId;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.loss.Aggregation;
import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.PolicyObjective;
import dev.hone.learner.loss.TruncatedImportance;
import dev.hone.learner.step.AdamW;
import dev.hone.learner.step.LearningRate;
import dev.hone.learner.step.MemoryBudget;
import dev.hone.learner.step.Replicas;
import dev.hone.learner.step.TrainingSequence;
import dev.hone.learner.step.UpdateSettings;
import dev.hone.learner.step.UpdateStep;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.ScoredSequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTests {
    private static final int STEPS = 6;

    @TempDir
    private Path output;

    @Test
    void fromWhicheverCheckpointTheEndIsBitEqual() throws Exception {
        CheckpointDirectory directory = new CheckpointDirectory(output, new RunId("run"));
        String end;
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = optimizer(policy)) {
            for (int step = 1; step <= STEPS; step++) {
                update(policy, optimizer, step);
                directory.save(step, 42, policy, optimizer);
            }
            end = policy.checksum();
        }
        for (int from = 1; from <= STEPS; from++) {
            try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                    AdamW optimizer = optimizer(policy)) {
                directory.load(directory.verify(from), policy, optimizer);
                for (int step = from + 1; step <= STEPS; step++) {
                    assertThat(policy.checksum()).isNotEqualTo(end);
                    update(policy, optimizer, step);
                }
                assertThat(policy.checksum()).as("resumed after step " + from).isEqualTo(end);
            }
        }
    }

    private static AdamW optimizer(Policy policy) {
        return new AdamW(policy, new AdamW.Settings(0.9, 0.95, 1e-8, 0.01, 1));
    }

    /** Two optimizer steps under a warm-up that is not over, so that their count matters too. */
    private static void update(Policy policy, AdamW optimizer, int step) {
        try (Replicas replicas = Replicas.one(policy)) {
            new UpdateStep(
                            replicas,
                            null,
                            optimizer,
                            new PolicyObjective(
                                    new ClippedPolicyLoss(0.2, 0.2, 3),
                                    Optional.of(new TruncatedImportance(TruncatedImportance.Level.TOKEN, 2)),
                                    0),
                            new UpdateSettings(
                                    Aggregation.of(Aggregation.Mode.TOKEN_MEAN), 2, 1, new LearningRate(1e-3, 100, 0)),
                            new MemoryBudget(40, false, false))
                    .run(batch(step));
        }
    }

    private static List<TrainingSequence> batch(int step) {
        Random random = new Random(step);
        List<TrainingSequence> batch = new ArrayList<>();
        for (int episode = 0; episode < 4; episode++) {
            int[] tokens = random.ints(10 + episode, 0, 512).toArray();
            int[] targets = IntStream.range(3, tokens.length).toArray();
            float[] behaviour = new float[targets.length];
            Arrays.fill(behaviour, -6);
            batch.add(new TrainingSequence(
                    episode, 0, ScoredSequence.of(tokens, targets, 1), behaviour, episode % 2 == 0 ? 1 : -1));
        }
        return batch;
    }
}
