package dev.hone.learner.sft;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.LoraConfig;
import java.util.List;

/// A supervised fine-tuning as its YAML describes it. Meaning, units and defaults: `sft-defaults.yaml`.
public record SftConfig(long seed, ModelSource model, Data data, String prompt, Trainer trainer, Export export) {

    public SftConfig {
        filled("model.path", model.path());
        filled("data.file_path", data.filePath());
        filled("export.path", export.path());
        if (model.init().equals("random") && trainer.lora().active()) {
            throw new InvalidConfigException(
                    "hone.trainer.lora.rank",
                    "is " + trainer.lora().rank()
                            + ", but hone.model.init is random: adapters need a model that can be had"
                            + " again; set it to 0.");
        }
        if (!trainer.lora().active() && !model.adapter().isEmpty()) {
            throw new InvalidConfigException(
                    "hone.model.adapter",
                    "is '" + model.adapter() + "', but hone.trainer.lora.rank is 0; set it to the adapter's rank.");
        }
        if (!trainer.lora().active() && !export.adapterPath().isEmpty()) {
            throw new InvalidConfigException(
                    "hone.export.adapter_path",
                    "is '" + export.adapterPath()
                            + "', but hone.trainer.lora.rank is 0, so there are no adapters; leave it" + " empty.");
        }
    }

    /// Where the model comes from.
    ///
    /// @param path a folder as Hugging Face lays it out
    /// @param adapter a folder as PEFT writes it, whose adapters are trained on; empty: fresh ones
    /// @param init `pretrained` or `random`
    public record ModelSource(String path, String adapter, String init) {
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
            LoraConfig lora,
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
            lora.requireValid("trainer.lora");
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
    /// @param path where to, adapters in
    /// @param dtype `float32` or `bfloat16`
    /// @param adapterPath where the adapters go, as PEFT writes them; empty: nowhere
    public record Export(String path, String dtype, String adapterPath) {
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
