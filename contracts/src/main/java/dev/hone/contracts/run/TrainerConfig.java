package dev.hone.contracts.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the policy is trained, evaluated and saved. Meaning, units and defaults: `run-defaults.yaml`.
///
/// @param valPassN samples of each problem for pass@k, beside `rollout.val_num_repeat`; 0: none
/// @param valPassK the k; 0: [#valPassN()]
/// @param valOnly whether the run is one evaluation and trains nothing
public record TrainerConfig(
        int totalEpochs,
        int totalTrainingSteps,
        boolean valBeforeTrain,
        boolean valAfterTrain,
        int testFreq,
        int valPassN,
        int valPassK,
        double valPassTemperature,
        boolean valOnly,
        int saveFreq,
        int keepCheckpoints,
        int maxStaleness,
        String outputDir,
        String device,
        String computeType,
        String devices,
        String gradientCheckpointing,
        int maxTokensPerMicroBatch,
        int maxSkippedUpdates,
        LoraConfig lora,
        OptimConfig optim,
        AlgorithmConfig algorithm) {

    public TrainerConfig {
        Limits.atLeast("trainer_common.total_epochs", totalEpochs, 1);
        Limits.atLeast("trainer_common.total_training_steps", totalTrainingSteps, 0);
        Limits.atLeast("trainer_common.test_freq", testFreq, 0);
        Limits.atLeast("trainer_common.val_pass_n", valPassN, 0);
        Limits.atLeast("trainer_common.val_pass_k", valPassK, 0);
        Limits.within("trainer_common.val_pass_k", valPassK, 0, valPassN);
        Limits.between("trainer_common.val_pass_temperature", valPassTemperature, 0.01, 10);
        Limits.atLeast("trainer_common.save_freq", saveFreq, 1);
        Limits.atLeast("trainer_common.keep_checkpoints", keepCheckpoints, 1);
        Limits.between("trainer_common.max_staleness", maxStaleness, 0, 16);
        Limits.oneOf("trainer_common.device", device, Set.of("auto", "cpu", "cuda"));
        Limits.oneOf("trainer_common.compute_type", computeType, Set.of("float32", "bfloat16"));
        Limits.autoOrBetween("trainer_common.devices", devices, 1, 64);
        Limits.oneOf("trainer_common.gradient_checkpointing", gradientCheckpointing, Set.of("auto", "always", "never"));
        Limits.atLeast("trainer_common.max_tokens_per_micro_batch", maxTokensPerMicroBatch, 1);
        Limits.atLeast("trainer_common.max_skipped_updates", maxSkippedUpdates, 1);
        lora.requireValid("trainer_common.lora");
    }

    /// Reads also what was stored before there were adapters and a choice of devices, and before evaluations could
    /// sample
    /// for pass@k or stand alone.
    @JsonCreator
    static TrainerConfig read(
            int totalEpochs,
            int totalTrainingSteps,
            boolean valBeforeTrain,
            boolean valAfterTrain,
            int testFreq,
            @Nullable Integer valPassN,
            @Nullable Integer valPassK,
            @Nullable Double valPassTemperature,
            @Nullable Boolean valOnly,
            int saveFreq,
            int keepCheckpoints,
            int maxStaleness,
            String outputDir,
            String device,
            String computeType,
            @Nullable String devices,
            @Nullable String gradientCheckpointing,
            int maxTokensPerMicroBatch,
            @Nullable Integer maxSkippedUpdates,
            @Nullable LoraConfig lora,
            OptimConfig optim,
            AlgorithmConfig algorithm) {
        return new TrainerConfig(
                totalEpochs,
                totalTrainingSteps,
                valBeforeTrain,
                valAfterTrain,
                testFreq,
                valPassN == null ? 0 : valPassN,
                valPassK == null ? 0 : valPassK,
                valPassTemperature == null ? 1 : valPassTemperature,
                valOnly != null && valOnly,
                saveFreq,
                keepCheckpoints,
                maxStaleness,
                outputDir,
                device,
                computeType,
                devices == null ? "auto" : devices,
                gradientCheckpointing == null ? "auto" : gradientCheckpointing,
                maxTokensPerMicroBatch,
                maxSkippedUpdates == null ? 5 : maxSkippedUpdates,
                lora == null ? LoraConfig.NONE : lora,
                optim,
                algorithm);
    }

    /// Whether the run evaluates at all.
    public boolean evaluates() {
        return valOnly || valBeforeTrain || valAfterTrain || testFreq > 0;
    }

    /// The k of pass@k; 0 where there is none.
    public int passK() {
        return valPassK > 0 ? valPassK : valPassN;
    }

    /// AdamW with decoupled weight decay. `lr` is per optimizer step.
    public record OptimConfig(
            double lr, int warmupSteps, double weightDecay, double beta1, double beta2, double eps, double gradClip) {

        public OptimConfig {
            Limits.atLeast("trainer_common.optim.lr", lr, 0);
            Limits.atLeast("trainer_common.optim.warmup_steps", warmupSteps, 0);
            Limits.between("trainer_common.optim.weight_decay", weightDecay, 0, 1);
            Limits.between("trainer_common.optim.beta1", beta1, 0, 0.9999999);
            Limits.between("trainer_common.optim.beta2", beta2, 0, 0.9999999);
            Limits.atLeast("trainer_common.optim.eps", eps, 0);
            Limits.atLeast("trainer_common.optim.grad_clip", gradClip, 0);
        }
    }

    /// The policy-gradient algorithm. Formulas: docs/algorithms.md.
    ///
    /// @param name whose values stand in the other components unless the run's file says otherwise
    /// @param advEstimator how rewards become advantages
    /// @param advEpsilon added to standard deviations that advantages are divided by
    /// @param groupOfOne advantage of a sample without others in its group: `zero`, or its `reward`
    /// @param lossMode which loss a token has
    /// @param clipRatioC bound of the ratio where the advantage is negative; 0: none
    /// @param lossAggMode how tokens are weighed together
    /// @param lossScaleFactor tokens, for `seq-mean-token-sum-norm`; 0: `rollout.max_model_len`
    /// @param klLossCoef weight of the k3 divergence from the model that the run began with; 0: none
    /// @param rolloutIs truncated importance sampling by `token` or by `sequence`; `none`: off
    /// @param rolloutIsThreshold where its weights are cut off
    /// @param miniBatchNum optimizer steps in one pass over a batch
    /// @param ppoEpochs passes over a batch
    public record AlgorithmConfig(
            String name,
            String advEstimator,
            double advEpsilon,
            String groupOfOne,
            String lossMode,
            double clipRatioLow,
            double clipRatioHigh,
            double clipRatioC,
            String lossAggMode,
            int lossScaleFactor,
            double klLossCoef,
            String rolloutIs,
            double rolloutIsThreshold,
            int miniBatchNum,
            int ppoEpochs,
            boolean skipZeroVarianceGroups,
            int minGroupSize) {

        private static final String PATH = "trainer_common.algorithm.";
        private static final String SEQUENCE_MEAN = "seq-mean-token-mean";

        public AlgorithmConfig {
            Limits.oneOf(
                    PATH + "adv_estimator",
                    advEstimator,
                    Set.of(
                            "grpo",
                            "grpo_batch_std",
                            "dr_grpo",
                            "rloo",
                            "rloo_normalized",
                            "reinforce_plus_plus",
                            "reinforce_plus_plus_baseline",
                            "reinforce_plus_plus_sequence"));
            Limits.atLeast(PATH + "adv_epsilon", advEpsilon, 0);
            Limits.oneOf(PATH + "group_of_one", groupOfOne, Set.of("zero", "reward"));
            Limits.oneOf(
                    PATH + "loss_mode", lossMode, Set.of("vanilla", "gspo", "sequence_clip", "cispo", "reinforce"));
            Limits.between(PATH + "clip_ratio_low", clipRatioLow, 0, 1);
            Limits.atLeast(PATH + "clip_ratio_high", clipRatioHigh, 0);
            Limits.oneOf(
                    PATH + "loss_agg_mode",
                    lossAggMode,
                    Set.of(SEQUENCE_MEAN, "token-mean", "seq-mean-token-sum", "seq-mean-token-sum-norm"));
            Limits.atLeast(PATH + "loss_scale_factor", lossScaleFactor, 0);
            Limits.atLeast(PATH + "kl_loss_coef", klLossCoef, 0);
            Limits.oneOf(PATH + "rollout_is", rolloutIs, Set.of("none", "token", "sequence"));
            Limits.atLeast(PATH + "rollout_is_threshold", rolloutIsThreshold, 0.01);
            Limits.atLeast(PATH + "mini_batch_num", miniBatchNum, 1);
            Limits.atLeast(PATH + "ppo_epochs", ppoEpochs, 1);
            Limits.atLeast(PATH + "min_group_size", minGroupSize, 1);
            dualClip(clipRatioC, lossMode);
            if (Set.of("gspo", "sequence_clip").contains(lossMode) && !lossAggMode.equals(SEQUENCE_MEAN)) {
                throw new InvalidConfigException(
                        "hone." + PATH + "loss_agg_mode",
                        "is '" + lossAggMode + "', but loss_mode '" + lossMode
                                + "' has one ratio for a whole sequence; set it to " + SEQUENCE_MEAN + ".");
            }
        }

        /// Reads also what was stored before there was a choice of algorithms: all of it was GRPO.
        @JsonCreator
        static AlgorithmConfig read(
                @Nullable String name,
                String advEstimator,
                @Nullable Double advEpsilon,
                @Nullable String groupOfOne,
                @Nullable String lossMode,
                double clipRatioLow,
                double clipRatioHigh,
                double clipRatioC,
                String lossAggMode,
                @Nullable Integer lossScaleFactor,
                double klLossCoef,
                @Nullable String rolloutIs,
                @Nullable Double rolloutIsThreshold,
                int miniBatchNum,
                int ppoEpochs,
                boolean skipZeroVarianceGroups,
                int minGroupSize) {
            return new AlgorithmConfig(
                    name == null ? "grpo" : name,
                    advEstimator,
                    advEpsilon == null ? 1e-6 : advEpsilon,
                    groupOfOne == null ? "zero" : groupOfOne,
                    lossMode == null ? "vanilla" : lossMode,
                    clipRatioLow,
                    clipRatioHigh,
                    clipRatioC,
                    lossAggMode,
                    lossScaleFactor == null ? 0 : lossScaleFactor,
                    klLossCoef,
                    rolloutIs == null ? "none" : rolloutIs,
                    rolloutIsThreshold == null ? 2 : rolloutIsThreshold,
                    miniBatchNum,
                    ppoEpochs,
                    skipZeroVarianceGroups,
                    minGroupSize);
        }

        private static void dualClip(double bound, String lossMode) {
            if (bound != 0 && !(bound > 1)) {
                throw new InvalidConfigException(
                        "hone." + PATH + "clip_ratio_c",
                        "is " + bound + "; it must be above 1, or 0 for no dual clip.");
            }
            if (bound != 0 && !lossMode.equals("vanilla")) {
                throw new InvalidConfigException(
                        "hone." + PATH + "clip_ratio_c",
                        "is " + bound + ", but only loss_mode 'vanilla' has a dual clip, not '" + lossMode
                                + "'; set it to 0.");
            }
        }
    }
}
