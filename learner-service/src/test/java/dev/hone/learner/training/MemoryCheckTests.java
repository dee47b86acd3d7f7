package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.learner.GoldenModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class MemoryCheckTests {
    @Test
    void whatFitsIsAccepted() {
        assertThat(problems("8GB", "max_tokens_per_micro_batch: 16384")).isEmpty();
        assertThat(problems(null, "max_tokens_per_micro_batch: 1024"))
                .as("by what this machine has")
                .isEmpty();
    }

    @Test
    void namesThePartsAndTheMicroBatchThatWouldFit() {
        PreflightReport.Problem problem =
                problems("1300MB", "max_tokens_per_micro_batch: 500000").getFirst();
        assertThat(problem.key()).isEqualTo("hone.trainer_common.max_tokens_per_micro_batch");
        assertThat(problem.message())
                .matches("needs [0-9.]+ GiB of the device's 1\\.27: weights [0-9.]+, gradients and moments .*,"
                        + " generation cache .*, activations of a micro-batch .*, its logits .*, runtime 1\\.00\\."
                        + " Set it to [0-9]+ or less, or choose a device with more memory\\.");
        String fitting = problem.message().replaceAll(".*Set it to ([0-9]+) or less.*", "$1");
        assertThat(problems("1300MB", "max_tokens_per_micro_batch: " + fitting)).isEmpty();
        assertThat(problems("1300MB", "max_tokens_per_micro_batch: " + (Integer.parseInt(fitting) + 1)))
                .hasSize(1);
    }

    @Test
    void layersThatAreComputedAgainTakeLess() {
        PreflightReport.Problem kept = problems(
                        "1300MB", "gradient_checkpointing: never\n    max_tokens_per_micro_batch: 500000")
                .getFirst();
        PreflightReport.Problem again =
                problems("1300MB", "max_tokens_per_micro_batch: 500000").getFirst();
        assertThat(fitting(kept)).isLessThan(fitting(again) / 2);
    }

    @Test
    void adaptersTakeNoMomentsOfTheModel() {
        assertThat(problems("1300MB", "max_tokens_per_micro_batch: 500000")
                        .getFirst()
                        .message())
                .isNotEqualTo(problems("1300MB", "lora: {rank: 4}\n    max_tokens_per_micro_batch: 500000")
                        .getFirst()
                        .message());
    }

    private static int fitting(PreflightReport.Problem problem) {
        return Integer.parseInt(problem.message().replaceAll(".*Set it to ([0-9]+) or less.*", "$1"));
    }

    @Test
    void namesWhatToLowerWhereNoMicroBatchFits() {
        PreflightReport.Problem problem =
                problems("1GB", "algorithm: {kl_loss_coef: 0.1}").getFirst();
        assertThat(problem.key()).isEqualTo("hone.model.path");
        assertThat(problem.message())
                .contains("reference model")
                .contains("A micro-batch of one timeline does not fit beside the rest: lower hone.rollout.max_model_len"
                        + " or hone.rollout.max_env_worker (generation cache), set"
                        + " hone.trainer_common.algorithm.kl_loss_coef to 0 (reference model), choose a smaller"
                        + " model");
    }

    private static List<PreflightReport.Problem> problems(@Nullable String memory, String trainer) {
        RunConfig config = RunConfigReader.read("""
            hone:
              model: {path: %s}
              rollout: {max_model_len: 256}
              data: {train_batch_size: 1000}
              trainer_common:
                device: cpu
                %s
            """.formatted(GoldenModel.directory(), trainer))
                .config();
        DataSize size = memory == null ? null : DataSize.parse(memory);
        LearnerProperties properties = new LearnerProperties(
                Path.of("runs"),
                128,
                4,
                1,
                size,
                null,
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofHours(24));
        return new PreflightController(properties)
                .preflight(config).problems().stream()
                        .filter(problem -> problem.message().contains("GiB"))
                        .toList();
    }
}
