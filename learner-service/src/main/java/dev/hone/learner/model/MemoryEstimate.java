package dev.hone.learner.model;

import dev.hone.policy.AttentionConfig;
import dev.hone.policy.ComputeType;
import dev.hone.policy.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Bytes that a run takes of its device, by part. Letters: `P` parameters, `P'` trainable ones, `s` bytes of the
/// compute type,
/// `L` layers, `h` hidden size, `q` = heads times head size, `k` = key-value heads times head size, `I` inner size, `V`
/// vocabulary, `T` tokens of a micro-batch, `C` tokens of the context, `R` sequences that generate.
///
/// - weights `4 P`; optimizer `12 P'` (gradients and two moments); reference `4 P` if there is one
/// - published `2 s P`: the set that generates, and the next one while it is made
/// - compute `s P`: the cast that a backward pass keeps, or in float32 the joined matrices
/// - cache `2 s L k · 2R · C` (keys and values; as many finished rows are kept as run), `C` rounded up to 128
/// - activations `s T L a`, `a = n (5 h) + 5 q + 4 I` elements a token and layer, as `policy.py` lets autograd keep
/// them: each of
///   the `n` norms (2; gemma 4) its input twice as wide, its output twice as wide and the product; attention its
/// queries, keys and
///   values as wide as all heads, its output and that in packed order; the feed-forward block both halves of the
/// projection,
///   the activation and the product; `+ 4 (q + k)` where queries and keys are normed. In float32 a norm keeps 3 h.
///   With checkpointing `s T (L h + a)`: each block's input, and one block at a time.
/// - logits `4 T V + (12 + s) min(T, 4096) V`: the log-softmax of every scored token (at most all), and what one chunk
/// takes on its
///   way forward and back
/// - generating `cache / 2 + 16 R V`: the old half of the cache while it grows, and sampling's arrays
/// - runtime 1 GiB: kernels, libraries, and what the allocator cannot use
///
/// Training and generation take turns in the memory that is left: the larger counts.
public record MemoryEstimate(
        long weights,
        long optimizer,
        long reference,
        long published,
        long compute,
        long cache,
        long activations,
        long logits,
        long generating,
        long runtime) {
    private static final long GIB = 1L << 30;
    private static final int CACHE_STEP = 128;
    private static final int LOGITS_CHUNK = 4096;

    /// What a workload takes.
    public static MemoryEstimate of(Workload work) {
        ModelConfig model = work.model();
        long parameters = model.parameterCount();
        long size = work.compute().bytes();
        long tokens = work.microBatchTokens();
        long vocabulary = model.vocabularySize();
        long rows = 2L * work.sequences();
        long context = Math.min(work.contextTokens(), model.maxPositions());
        long positions = (context + CACHE_STEP - 1) / CACHE_STEP * CACHE_STEP;
        long cache = 2 * size * rows * positions * model.layers() * model.keyValueHeads() * model.headSize();
        long block = blockElements(model, work.compute());
        return new MemoryEstimate(
                4 * parameters,
                12 * work.trainable(),
                work.reference() ? 4 * parameters : 0,
                2 * size * parameters,
                work.compute() == ComputeType.BFLOAT16 ? size * parameters : size * joinedElements(model),
                cache,
                size
                        * tokens
                        * (work.checkpointing()
                                ? (long) model.layers() * model.hiddenSize() + block
                                : model.layers() * block),
                4 * tokens * vocabulary + (12 + size) * Math.min(tokens, LOGITS_CHUNK) * vocabulary,
                cache / 2 + 16 * vocabulary * work.sequences(),
                GIB);
    }

    /// Elements that one block keeps of a token.
    private static long blockElements(ModelConfig model, ComputeType compute) {
        AttentionConfig attention = model.attention();
        long queries = (long) attention.heads() * attention.headSize();
        long keys = (long) attention.keyValueHeads() * attention.headSize();
        long norms = model.architecture().gemma() ? 4 : 2;
        return norms * (compute == ComputeType.BFLOAT16 ? 5 : 3) * model.hiddenSize()
                + 5 * queries
                + (attention.normed() ? 4 * (queries + keys) : 0)
                + 4L * model.intermediateSize();
    }

    /// Elements of the query-key-value and gate-up matrices, which are joined anew for each micro-batch.
    private static long joinedElements(ModelConfig model) {
        long rows = (long) model.heads() * model.headSize()
                + 2L * model.keyValueHeads() * model.headSize()
                + 2L * model.intermediateSize();
        return model.layers() * rows * model.hiddenSize();
    }

    /// Whether a workload needs gradient checkpointing to fit: it does not fit without.
    ///
    /// @param available bytes of the device
    public static boolean needsCheckpointing(Workload work, long available) {
        return !of(work.withCheckpointing(false)).fits(available);
    }

    /// The largest micro-batch that fits, in tokens, at most the workload's own; 0 if not even one token does.
    public static int fittingTokens(Workload work, long available) {
        int fits = 0;
        int most = work.microBatchTokens();
        while (fits < most) {
            int middle = fits + (most - fits + 1) / 2;
            if (of(work.withMicroBatchTokens(middle)).fits(available)) {
                fits = middle;
            } else {
                most = middle - 1;
            }
        }
        return fits;
    }

    /// What is there all the time.
    public long resident() {
        return weights + optimizer + reference + published + compute + cache + runtime;
    }

    /// The most at one time.
    public long bytes() {
        return resident() + Math.max(activations + logits, generating);
    }

    /// Whether a device with so many bytes can hold it.
    public boolean fits(long available) {
        return bytes() <= available;
    }

    /// The parts in GiB, those that are not there left out.
    public String describe() {
        List<String> parts = new ArrayList<>();
        part(parts, "weights", weights);
        part(parts, "gradients and moments", optimizer);
        part(parts, "reference model", reference);
        part(parts, "published weights", published);
        part(parts, "weights in the compute type", compute);
        part(parts, "generation cache", cache);
        if (activations + logits >= generating) {
            part(parts, "activations of a micro-batch", activations);
            part(parts, "its logits", logits);
        } else {
            part(parts, "growing the cache and sampling", generating);
        }
        part(parts, "runtime", runtime);
        return String.join(", ", parts);
    }

    private static void part(List<String> parts, String name, long bytes) {
        if (bytes > 0) {
            parts.add(name + " " + gib(bytes));
        }
    }

    /// For example `7.36`.
    static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.2f", bytes / (double) GIB);
    }
}
