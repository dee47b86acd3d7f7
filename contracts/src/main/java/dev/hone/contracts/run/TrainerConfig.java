package dev.hone.contracts.run;

import java.util.Set;

/// How the policy is trained, evaluated and saved. Meaning, units and defaults: `run-defaults.yaml`.
public record TrainerConfig(
        int totalEpochs,
        int totalTrainingSteps,
        boolean valBeforeTrain,
        boolean valAfterTrain,
        int testFreq,
        int saveFreq,
        int keepCheckpoints,
        int maxStaleness,
        String outputDir,
        String device,
        String computeType,
        int maxTokensPerMicroBatch,
        OptimConfig optim,
        AlgorithmConfig algorithm) {

    public TrainerConfig {
        Limits.atLeast("trainer_common.total_epochs", totalEpochs, 1);
        Limits.atLeast("trainer_common.total_training_steps", totalTrainingSteps, 0);
        Limits.atLeast("trainer_common.test_freq", testFreq, 0);
        Limits.atLeast("trainer_common.save_freq", saveFreq, 1);
        Limits.atLeast("trainer_common.keep_checkpoints", keepCheckpoints, 1);
        Limits.between("trainer_common.max_staleness", maxStaleness, 0, 16);
        Limits.oneOf("trainer_common.device", device, Set.of("auto", "cpu", "cuda"));
        Limits.oneOf("trainer_common.compute_type", computeType, Set.of("float32", "bfloat16"));
        Limits.atLeast("trainer_common.max_tokens_per_micro_batch", maxTokensPerMicroBatch, 1);
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
    public record AlgorithmConfig(
            String advEstimator,
            double clipRatioLow,
            double clipRatioHigh,
            double clipRatioC,
            String lossAggMode,
            double klLossCoef,
            int miniBatchNum,
            int ppoEpochs,
            boolean skipZeroVarianceGroups,
            int minGroupSize) {

        public AlgorithmConfig {
            Limits.oneOf("trainer_common.algorithm.adv_estimator", advEstimator, Set.of("grpo"));
            Limits.between("trainer_common.algorithm.clip_ratio_low", clipRatioLow, 0, 1);
            Limits.atLeast("trainer_common.algorithm.clip_ratio_high", clipRatioHigh, 0);
            Limits.atLeast("trainer_common.algorithm.clip_ratio_c", clipRatioC, 0);
            Limits.oneOf(
                    "trainer_common.algorithm.loss_agg_mode", lossAggMode, Set.of("seq-mean-token-mean", "token-mean"));
            Limits.atLeast("trainer_common.algorithm.kl_loss_coef", klLossCoef, 0);
            Limits.atLeast("trainer_common.algorithm.mini_batch_num", miniBatchNum, 1);
            Limits.atLeast("trainer_common.algorithm.ppo_epochs", ppoEpochs, 1);
            Limits.atLeast("trainer_common.algorithm.min_group_size", minGroupSize, 1);
        }
    }
}
