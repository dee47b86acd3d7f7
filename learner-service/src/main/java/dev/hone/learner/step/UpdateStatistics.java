package dev.hone.learner.step;

import ai.djl.ndarray.NDArray;
import dev.hone.learner.loss.TokenLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What an update saw and did, under the names of docs/metrics.md. Sums are float64, over the tokens inside the mask.
public final class UpdateStatistics {
    private double loss;
    private double policyLoss;
    private double entropy;
    private long tokens;
    private long computedTokens;
    private double learningRate;
    private final Map<String, Double> sums = new TreeMap<>();
    private final List<float[]> gaps = new ArrayList<>();
    private final List<Double> norms = new ArrayList<>();
    private final Map<Skip, Integer> skips = new EnumMap<>(Skip.class);
    private long shrunk;

    /// Why an optimizer step was left out, under the names of docs/metrics.md.
    public enum Skip {
        LOSS_NOT_FINITE("skipped/loss_not_finite"),
        GRADIENT_NOT_FINITE("skipped/gradient_not_finite");

        private final String metric;

        Skip(String metric) {
            this.metric = metric;
        }
    }

    /// What one micro-batch came to, as Java values.
    ///
    /// @param computed tokens that went through the model
    /// @param entropies `[M]` of the targets
    record MicroBatch(double loss, double policyLoss, Map<String, Double> sums, int computed, float[] entropies) {
        static MicroBatch of(TokenLoss.Value value, int computed, NDArray entropies) {
            Map<String, Double> sums = new TreeMap<>();
            value.sums().forEach((name, sum) -> sums.put(name, sum.getDouble()));
            return new MicroBatch(
                    value.loss().getFloat(), value.policy().getFloat(), sums, computed, entropies.toFloatArray());
        }
    }

    private void add(MicroBatch micro) {
        loss += micro.loss();
        policyLoss += micro.policyLoss();
        micro.sums().forEach((name, sum) -> sums.merge(name, sum, Double::sum));
        computedTokens += micro.computed();
        tokens += micro.entropies().length;
        for (float nats : micro.entropies()) {
            entropy += nats;
        }
    }

    /// An optimizer step that was done.
    void optimizerStep(List<MicroBatch> microBatches, double norm, double rate) {
        microBatches.forEach(this::add);
        norms.add(norm);
        learningRate = rate;
    }

    /// An optimizer step that was left out.
    void skipped(Skip reason) {
        skips.merge(reason, 1, Integer::sum);
    }

    /// Memory ran out so many times.
    void shrunk(long times) {
        shrunk = times;
    }

    /// Optimizer steps done.
    public int optimizerSteps() {
        return norms.size();
    }

    /// Optimizer steps left out, by reason.
    public Map<Skip, Integer> skips() {
        return Map.copyOf(skips);
    }

    void gap(float[] old, float[] behaviour) {
        float[] gap = new float[old.length];
        for (int n = 0; n < gap.length; n++) {
            gap[n] = Math.abs(old[n] - behaviour[n]);
        }
        gaps.add(gap);
    }

    /// Loss, averaged over the optimizer steps.
    public double loss() {
        return norms.isEmpty() ? 0 : loss / norms.size();
    }

    /// Tokens that went through the model with gradients; shared prefixes count once.
    public long computedTokens() {
        return computedTokens;
    }

    /// Tokens inside the mask that were trained on, counted in each pass.
    public long tokens() {
        return tokens;
    }

    /// Everything by name; what does not exist is left out.
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new TreeMap<>();
        skips.forEach((reason, times) -> metrics.put(reason.metric, (double) times));
        metrics.put("memory/shrunk", (double) shrunk);
        if (norms.isEmpty() || tokens == 0) {
            return metrics;
        }
        double steps = norms.size();
        metrics.put("loss/pg", policyLoss / steps);
        metrics.put("loss/kl", (loss - policyLoss) / steps);
        metrics.put("entropy", entropy / tokens);
        sums.forEach((name, sum) -> metrics.put(name, sum / tokens));
        metrics.put(
                "grad_norm",
                norms.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
        metrics.put("lr", learningRate);
        metrics.put("optimizer_steps", steps);
        putGap(metrics);
        return metrics;
    }

    private void putGap(Map<String, Double> metrics) {
        int count = gaps.stream().mapToInt(gap -> gap.length).sum();
        if (count == 0) {
            return;
        }
        float[] all = new float[count];
        int from = 0;
        double sum = 0;
        for (float[] gap : gaps) {
            System.arraycopy(gap, 0, all, from, gap.length);
            from += gap.length;
        }
        for (float value : all) {
            sum += value;
        }
        Arrays.sort(all);
        metrics.put("logprob_gap/mean", sum / count);
        metrics.put("logprob_gap/p99", (double) all[Math.min(count - 1, (int) Math.ceil(0.99 * count) - 1)]);
        metrics.put("logprob_gap/max", (double) all[count - 1]);
    }
}
