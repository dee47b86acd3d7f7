package dev.hone.learner.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.hone.policy.Policy;
import dev.hone.policy.Replica;
import dev.hone.policy.ScoredSequence;
import dev.hone.policy.Trace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// loss = -(sum(mask * advantage * logp) / sum(mask)) over the right-padded batch.
final class GoldenLoss implements AutoCloseable {
    private final Policy policy;
    private final Replica replica;
    private final GoldenFiles files;
    private final PaddedBatch batch;
    private final float[] mask;

    GoldenLoss(Policy policy, GoldenFiles files) throws IOException {
        this.policy = policy;
        this.files = files;
        batch = PaddedBatch.read(files, "right");
        mask = perTarget("grad.mask");
        replica = policy.newReplica();
    }

    /// Computes the loss's gradients under the weights as they are now.
    ///
    /// @param advantages name of a tensor [B, S-1]
    /// @return the loss
    double backward(String advantages) throws IOException {
        float[] advantage = perTarget(advantages);
        double tokens = 0;
        for (float one : mask) {
            tokens += one;
        }
        List<ScoredSequence> sequences = new ArrayList<>();
        List<Float> weights = new ArrayList<>();
        for (PaddedBatch.Row row : batch.rows()) {
            ScoredSequence scored = batch.scored(row, index -> mask[index] != 0);
            sequences.add(scored);
            for (int target : scored.targets()) {
                int index = batch.target(row, target);
                weights.add((float) (-mask[index] * advantage[index] / tokens));
            }
        }
        float[] weight = new float[weights.size()];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = weights.get(i);
        }
        replica.load();
        replica.clear();
        try (NDManager step = replica.manager().newSubManager()) {
            Trace trace = replica.trace(step, sequences, false);
            NDArray factor = step.create(weight);
            replica.backward(step, trace, factor);
            return trace.logProbs().duplicate().mul(factor).sum().getFloat();
        }
    }

    /// The gradients of the last loss.
    ///
    /// @param owner of the result
    List<NDArray> gradients(NDManager owner) {
        return policy.gradients(owner, List.of(replica));
    }

    private float[] perTarget(String name) throws IOException {
        return files.floats(name, batch.rows().size(), batch.width() - 1);
    }

    @Override
    public void close() {
        replica.close();
    }
}
