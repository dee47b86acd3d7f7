package dev.hone.learner.step;

import dev.hone.learner.loss.ClippedPolicyLoss;
import dev.hone.learner.loss.TokenLoss;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an update saw and did, under the names of docs/metrics.md. Sums are float64, over the tokens inside the mask.
public final class UpdateStatistics {
    private double loss;
    private double klLoss;
    private double kl;
    private double shift;
    private double entropy;
    private long clipped;
    private long tokens;
    private long computedTokens;
    private boolean hasReference;
    private final List<float[]> gaps = new ArrayList<>();
    private final List<Double> norms = new ArrayList<>();
    private double learningRate;

    void microBatch(double value, int computed, float[] entropies, float[] fresh) {
        loss += value;
        computedTokens += computed;
        tokens += fresh.length;
        for (float nats : entropies) {
            entropy += nats;
        }
    }

    /// How far the ratios of new to old probability are from 1, and how many of them the clip held back: the bound is
    /// crossed on the side to which the advantage pushes.
    void policyLoss(TokenLoss loss, float[] fresh, float @Nullable [] old, float[] advantages) {
        if (old == null || !(loss instanceof ClippedPolicyLoss clip)) {
            return;
        }
        for (int n = 0; n < fresh.length; n++) {
            double delta = (double) fresh[n] - old[n];
            double ratio = Math.exp(delta);
            shift -= delta;
            if ((advantages[n] > 0 && ratio > 1 + clip.clipHigh())
                    || (advantages[n] < 0 && ratio < 1 - clip.clipLow())) {
                clipped++;
            }
        }
    }

    /// Divergence from the reference, k3 estimate.
    void reference(TokenLoss loss, float[] fresh, float @Nullable [] reference, float[] weights) {
        if (reference == null || !(loss instanceof ClippedPolicyLoss clip)) {
            return;
        }
        hasReference = true;
        for (int n = 0; n < fresh.length; n++) {
            double delta = (double) reference[n] - fresh[n];
            double k3 = Math.exp(delta) - delta - 1;
            kl += k3;
            klLoss += clip.klCoefficient() * k3 * weights[n];
        }
    }

    void gap(float[] old, float[] behaviour) {
        float[] gap = new float[old.length];
        for (int n = 0; n < gap.length; n++) {
            gap[n] = Math.abs(old[n] - behaviour[n]);
        }
        gaps.add(gap);
    }

    void optimizerStep(double norm, double rate) {
        norms.add(norm);
        learningRate = rate;
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
        if (norms.isEmpty() || tokens == 0) {
            return metrics;
        }
        double steps = norms.size();
        metrics.put("loss/pg", (loss - klLoss) / steps);
        metrics.put("loss/kl", klLoss / steps);
        if (hasReference) {
            metrics.put("kl", kl / tokens);
        }
        metrics.put("ppo_kl", shift / tokens);
        metrics.put("entropy", entropy / tokens);
        metrics.put("clip_fraction", (double) clipped / tokens);
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
