package dev.hone.learner.sft;

import dev.hone.contracts.run.InvalidConfigException;
import java.util.List;

/// A supervised fine-tuning as its YAML describes it. Meaning, units and defaults: `sft-defaults.yaml`.
public record SftConfig(long seed, ModelSource model, Data data, String prompt, Trainer trainer, Export export) {

    public SftConfig {
        filled("model.path", model.path());
        filled("data.file_path", data.filePath());
        filled("export.path", export.path());
    }

    /// Where the model comes from.
    ///
    /// @param path a folder as Hugging Face lays it out
    /// @param init `pretrained` or `random`
    public record ModelSource(String path, String init) {
        public ModelSource {
            oneOf("model.init", init, "pretrained", "random");
        }
    }

    /// What is learned from.
    ///
    /// @param filePath JSON Lines
    /// @param maxLength tokens
    public record Data(String filePath, int maxLength) {
        public Data {
            atLeast("data.max_length", maxLength, 2);
        }
    }

    /// How it is trained.
    public record Trainer(
            int epochs,
            int batchSize,
            int maxTokensPerMicroBatch,
            String lossAggMode,
            double lr,
            double warmupRatio,
            double weightDecay,
            double beta1,
            double beta2,
            double eps,
            double gradClip,
            String device,
            String computeType) {
        public Trainer {
            atLeast("trainer.epochs", epochs, 1);
            atLeast("trainer.batch_size", batchSize, 1);
            atLeast("trainer.max_tokens_per_micro_batch", maxTokensPerMicroBatch, 1);
            oneOf("trainer.loss_agg_mode", lossAggMode, "seq-mean-token-mean", "token-mean");
            atLeast("trainer.lr", lr, 0);
            atLeast("trainer.warmup_ratio", warmupRatio, 0);
            atLeast("trainer.weight_decay", weightDecay, 0);
            atLeast("trainer.beta1", beta1, 0);
            atLeast("trainer.beta2", beta2, 0);
            atLeast("trainer.eps", eps, 0);
            atLeast("trainer.grad_clip", gradClip, 0);
            oneOf("trainer.device", device, "auto", "cpu", "cuda");
            oneOf("trainer.compute_type", computeType, "float32", "bfloat16");
        }
    }

    /// Where the trained model goes.
    ///
    /// @param path where to
    /// @param dtype `float32` or `bfloat16`
    public record Export(String path, String dtype) {
        public Export {
            oneOf("export.dtype", dtype, "float32", "bfloat16");
        }
    }

    private static void filled(String key, String value) {
        if (value.isBlank()) {
            throw new InvalidConfigException("hone." + key, "is empty; name a path.");
        }
    }

    private static void atLeast(String key, double value, double least) {
        if (!(value >= least)) {
            throw new InvalidConfigException("hone." + key, "is " + value + "; it must be at least " + least + ".");
        }
    }

    private static void oneOf(String key, String value, String... allowed) {
        if (!List.of(allowed).contains(value)) {
            throw new InvalidConfigException(
                    "hone." + key, "is '" + value + "'; choose one of " + List.of(allowed) + ".");
        }
    }
}
