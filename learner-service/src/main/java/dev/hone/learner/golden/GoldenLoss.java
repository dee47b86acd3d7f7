package dev.hone.learner.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.hone.policy.Policy;
import dev.hone.policy.ScoredSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// loss = -(sum(mask * advantage * logp) / sum(mask)) over the right-padded batch.
final class GoldenLoss {
    private final Policy policy;
    private final GoldenFiles files;
    private final PaddedBatch batch;
    private final float[] mask;

    GoldenLoss(Policy policy, GoldenFiles files) throws IOException {
        this.policy = policy;
        this.files = files;
        batch = PaddedBatch.read(files, "right");
        mask = perTarget("grad.mask");
    }

    /// Adds the loss's gradients to the parameters'.
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
        try (NDManager step = policy.manager().newSubManager();
                GradientCollector collector = policy.newGradientCollector()) {
            NDArray logProbs = policy.differentiableScores(step, sequences).logProbs();
            NDArray loss = logProbs.mul(step.create(weight)).sum();
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    private float[] perTarget(String name) throws IOException {
        return files.floats(name, batch.rows().size(), batch.width() - 1);
    }
}
