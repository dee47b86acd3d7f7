package dev.hone.learner.training;

import ai.djl.Device;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.learner.model.DeviceMemory;
import dev.hone.learner.model.MemoryEstimate;
import dev.hone.learner.model.Workload;
import dev.hone.policy.ModelConfig;
import dev.hone.policy.PolicyOptions;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// Refuses runs that their device cannot hold.
final class MemoryCheck {
    private MemoryCheck() {}

    /// What a run asks of its device at least: with layers computed again, unless that is never to be.
    static Workload workload(RunConfig config, ModelConfig model, PolicyOptions options, LearnerProperties properties) {
        int context = config.rollout().maxModelLen();
        long batch = (long) config.data().trainBatchSize() * config.rollout().numRepeat() * context;
        int micro = Math.max(context, config.trainerCommon().maxTokensPerMicroBatch());
        return new Workload(
                model,
                options.computeType(),
                model.trainableCount(config.trainerCommon().lora()),
                config.trainerCommon().algorithm().klLossCoef() > 0,
                Math.min(properties.maxConcurrent(), config.rollout().maxEnvWorker()),
                context,
                (int) Math.min(batch, micro),
                !config.trainerCommon().gradientCheckpointing().equals("never"),
                options.device().isGpu());
    }

    /// Bytes of the device: as configured, else as found out.
    static OptionalLong available(Device device, LearnerProperties properties) {
        return properties.deviceMemory() == null
                ? DeviceMemory.of(device)
                : OptionalLong.of(properties.deviceMemory().toBytes());
    }

    /// Why the device cannot hold it, with what to lower; empty if it can.
    static Optional<PreflightReport.Problem> problem(Workload work, long available) {
        MemoryEstimate estimate = MemoryEstimate.of(work);
        if (estimate.fits(available)) {
            return Optional.empty();
        }
        int tokens = MemoryEstimate.fittingTokens(work, available);
        String needs = String.format(
                Locale.ROOT,
                "needs %.2f GiB of the device's %.2f: %s. ",
                gib(estimate.bytes()),
                gib(available),
                estimate.describe());
        if (tokens >= work.contextTokens()) {
            return Optional.of(new PreflightReport.Problem(
                    "hone.trainer_common.max_tokens_per_micro_batch",
                    needs + "Set it to " + tokens + " or less, or choose a device with more memory."));
        }
        return Optional.of(new PreflightReport.Problem(
                "hone.model.path",
                needs
                        + "A micro-batch of one timeline does not fit beside the rest: lower hone.rollout.max_model_len or"
                        + " hone.rollout.max_env_worker (generation cache)"
                        + (work.reference()
                                ? ", set hone.trainer_common.algorithm.kl_loss_coef to 0 (reference model)"
                                : "")
                        + ", choose a smaller model or a device with more memory."));
    }

    private static double gib(long bytes) {
        return bytes / (double) (1L << 30);
    }
}
