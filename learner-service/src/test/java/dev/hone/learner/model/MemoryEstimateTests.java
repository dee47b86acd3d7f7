package dev.hone.learner.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.policy.ComputeType;
import dev.hone.policy.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers by hand from the formula of {@link MemoryEstimate}, with Qwen2.5's shapes. */
class MemoryEstimateTests {
    private static final long VOCABULARY = 151_936;
    private static final long GIB = 1L << 30;
    private static final long H200 = 141_000_000_000L;

    @TempDir
    private Path folder;

    @Test
    void halfABillionParametersFit60Gigabytes() throws IOException {
        Workload work = work(halfBillion(), 16_384, false);
        MemoryEstimate estimate = MemoryEstimate.of(work);
        // 136,134,656 of the embedding + 24 layers of 14,912,384 + 896 of the last norm
        long parameters = 494_032_768;
        assertThat(work.model().parameterCount()).isEqualTo(parameters);
        assertThat(estimate.weights()).isEqualTo(4 * parameters);
        assertThat(estimate.optimizer()).isEqualTo(12 * parameters);
        assertThat(estimate.reference()).isZero();
        assertThat(estimate.published()).isEqualTo(2 * 2 * parameters);
        assertThat(estimate.compute()).isEqualTo(2 * parameters);
        // keys and values of 24 layers, 2 heads of 64, 2 * 128 rows of 384 positions, 2 bytes each
        assertThat(estimate.cache()).isEqualTo(2L * 24 * 128 * 256 * 384 * 2);
        // 10 * 896 + 5 * 896 + 4 * 4864 = 32,896 elements a token and layer
        assertThat(estimate.activations()).isEqualTo(2L * 24 * 16_384 * 32_896);
        // 16,384 tokens' log-softmax, and 14 bytes an element of one chunk
        assertThat(estimate.logits()).isEqualTo(4 * 16_384 * VOCABULARY + 14 * 4096 * VOCABULARY);
        assertThat(estimate.generating()).isEqualTo(estimate.cache() / 2 + 16 * 128 * VOCABULARY);
        assertThat(estimate.bytes())
                .isEqualTo(22 * parameters + estimate.cache() + GIB + estimate.activations() + estimate.logits())
                .isEqualTo(57_690_785_024L);
        assertThat(estimate.fits(60_000_000_000L)).isTrue();
        assertThat(MemoryEstimate.needsCheckpointing(work, 60_000_000_000L)).isFalse();
    }

    @Test
    void oneAndAHalfBillionFitOneH200() throws IOException {
        Workload work = work(model(1536, 8960, 28, 12, 2, true, "qwen2"), 16_384, false);
        assertThat(work.model().parameterCount()).isEqualTo(1_543_714_304L);
        MemoryEstimate estimate = MemoryEstimate.of(work);
        // 15 * 1536 + 4 * 8960 = 58,880 elements
        assertThat(estimate.activations()).isEqualTo(2L * 28 * 16_384 * 58_880);
        assertThat(estimate.fits(H200)).isTrue();
        assertThat(estimate.fits(80_000_000_000L)).isFalse();
        assertThat(MemoryEstimate.needsCheckpointing(work, 80_000_000_000L)).isTrue();
        assertThat(MemoryEstimate.of(work.withCheckpointing(true)).fits(80_000_000_000L))
                .isTrue();
    }

    @Test
    void threeBillionFitOneH200WithHalfTheMicroBatchOrWithCheckpointing() throws IOException {
        Workload work = work(model(2048, 11_008, 36, 16, 2, true, "qwen2"), 16_384, false);
        long parameters = 3_085_938_688L;
        assertThat(work.model().parameterCount()).isEqualTo(parameters);
        // 22 * 3,085,938,688 + 3,623,878,656 of cache + 1 GiB + 88,181,047,296 + 18,669,895,680
        assertThat(MemoryEstimate.of(work).bytes()).isEqualTo(179_439_214_592L);
        assertThat(MemoryEstimate.needsCheckpointing(work, H200)).isTrue();
        assertThat(MemoryEstimate.of(work.withMicroBatchTokens(8192)).fits(H200))
                .isTrue();
        MemoryEstimate checkpointed = MemoryEstimate.of(work.withCheckpointing(true));
        // 36 inputs of 2048 and one block of 15 * 2048 + 4 * 11,008
        assertThat(checkpointed.activations()).isEqualTo(2L * 16_384 * (36 * 2048 + 74_752));
        assertThat(checkpointed.fits(H200)).isTrue();
    }

    @Test
    void theLargestMicroBatchThatFitsFitsAndOneTokenMoreDoesNot() throws IOException {
        Workload work = work(model(2048, 11_008, 36, 16, 2, true, "qwen2"), 16_384, false);
        int tokens = MemoryEstimate.fittingTokens(work, H200);
        assertThat(tokens).isBetween(8192, 16_383);
        assertThat(MemoryEstimate.of(work.withMicroBatchTokens(tokens)).fits(H200))
                .isTrue();
        assertThat(MemoryEstimate.of(work.withMicroBatchTokens(tokens + 1)).fits(H200))
                .isFalse();
        assertThat(MemoryEstimate.fittingTokens(work, 10 * GIB)).isZero();
        assertThat(MemoryEstimate.fittingTokens(work, 1000 * GIB)).isEqualTo(16_384);
    }

    @Test
    void countsUntiedHeadsReferencesNormedQueriesAndAdapters() throws IOException {
        ModelConfig tied = model(64, 128, 2, 4, 2, true, "qwen3");
        ModelConfig untied = model(64, 128, 2, 4, 2, false, "qwen3");
        assertThat(untied.parameterCount() - tied.parameterCount()).isEqualTo(64 * VOCABULARY);
        Workload adapter = new Workload(tied, ComputeType.FLOAT32, 1000, true, 3, 100, 50, false, false);
        MemoryEstimate estimate = MemoryEstimate.of(adapter);
        assertThat(estimate.optimizer()).isEqualTo(12_000);
        assertThat(estimate.reference()).isEqualTo(4 * tied.parameterCount());
        // 2 layers, (64 + 2 * 32 + 2 * 128) rows of 64, 4 bytes
        assertThat(estimate.compute()).isEqualTo(4L * 2 * 384 * 64);
        // float32: two norms of 3 * 64, attention 5 * 64 and, normed, 4 * (64 + 32), feed-forward 4 * 128
        assertThat(estimate.activations()).isEqualTo(4L * 2 * 50 * (2 * 192 + 320 + 384 + 512));
        // 100 positions take 128; 6 rows
        assertThat(estimate.cache()).isEqualTo(4L * 2 * 2 * 32 * 6 * 128);
        assertThat(estimate.describe()).contains("reference model").contains("runtime 1.00");
    }

    private static Workload work(ModelConfig model, int microBatch, boolean checkpointing) {
        return new Workload(
                model, ComputeType.BFLOAT16, model.parameterCount(), false, 128, 384, microBatch, checkpointing, true);
    }

    private ModelConfig halfBillion() throws IOException {
        return model(896, 4864, 24, 14, 2, true, "qwen2");
    }

    private ModelConfig model(int hidden, int inner, int layers, int heads, int groups, boolean tied, String type)
            throws IOException {
        String architecture = type.equals("qwen2") ? "Qwen2ForCausalLM" : "Qwen3ForCausalLM";
        Files.writeString(folder.resolve("config.json"), """
                {"architectures": ["%s"], "model_type": "%s", "hidden_act": "silu", "hidden_size": %d,
                 "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
                 "num_key_value_heads": %d, "head_dim": %d, "rms_norm_eps": 1e-06, "rope_theta": 1000000.0,
                 "max_position_embeddings": 32768, "tie_word_embeddings": %s, "vocab_size": %d}
                """.formatted(
                        architecture, type, hidden, inner, layers, heads, groups, hidden / heads, tied, VOCABULARY));
        return ModelConfig.read(folder);
    }
}
