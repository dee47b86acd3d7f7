package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.learner.GoldenModel;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.Replica;
import dev.hone.policy.ScoredSequence;
import dev.hone.policy.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// That its steps are PyTorch's is tested with whole models: `ModelCheckTests`.
class AdamWTests {
    private static final AdamW.Settings SETTINGS = new AdamW.Settings(0.9, 0.95, 1e-8, 0.1, 1);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void goesOnFromSavedMomentsBitByBit(int rank) throws Exception {
        Path weights = folder.resolve("weights.safetensors");
        Path moments = folder.resolve("moments.safetensors");
        String straight;
        try (Policy policy = policy(rank, 1);
                AdamW optimizer = new AdamW(policy, SETTINGS)) {
            step(policy, optimizer, 3);
            policy.exportState(weights);
            optimizer.save(moments);
            step(policy, optimizer, 40);
            straight = policy.checksum();
        }
        try (Policy policy = policy(rank, 2);
                AdamW optimizer = new AdamW(policy, SETTINGS)) {
            policy.importState(weights);
            optimizer.load(moments, 1);
            step(policy, optimizer, 40);
            assertThat(policy.checksum()).isEqualTo(straight);
        }
    }

    private static Policy policy(int rank, long seed) throws Exception {
        LoraConfig lora = new LoraConfig(rank, 8, LoraConfig.MODULES, 0, false);
        return Policy.load(GoldenModel.directory(), PolicyOptions.cpu(), lora, seed);
    }

    /// A step along the gradients of the log-probability of twenty tokens from the given id on.
    private static void step(Policy policy, AdamW optimizer, int first) {
        int[] tokens = IntStream.range(first, first + 20).toArray();
        int[] targets = IntStream.range(1, 20).toArray();
        try (Replica replica = policy.newReplica();
                NDManager step = replica.manager().newSubManager()) {
            Trace trace = replica.trace(step, List.of(ScoredSequence.of(tokens, targets, 1)), false);
            replica.backward(step, trace, step.ones(trace.logProbs().getShape()));
            optimizer.step(1e-3, policy.gradients(step, List.of(replica)));
        }
    }
}
