package dev.hone.contracts.run;

import java.util.List;
import java.util.Set;

/// Low-rank adapters (Hu et al. 2021, "LoRA"): with W frozen, W + [#scale()] · B A takes its place, and A `[rank, in]`
/// and
/// B `[out, rank]` are trained. Meaning and defaults: `run-defaults.yaml`.
///
/// @param rank 0: no adapters, all weights are trained
/// @param alpha numerator of the scale
/// @param targetModules names of the linear layers that have an adapter, from [#MODULES]
/// @param dropout must be 0: what generates is then what is trained
/// @param rslora rank-stabilised scale (Kalajdzievski 2023)
public record LoraConfig(int rank, double alpha, List<String> targetModules, double dropout, boolean rslora) {

    /// The linear layers of a block, as Hugging Face names them.
    public static final List<String> MODULES =
            List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    /// No adapters.
    public static final LoraConfig NONE = new LoraConfig(0, 16, MODULES, 0, false);

    public LoraConfig {
        targetModules = List.copyOf(targetModules);
    }

    /// Whether there are adapters.
    public boolean active() {
        return rank > 0;
    }

    /// What B A is multiplied by: `alpha / rank`, or `alpha / sqrt(rank)`; 0 without adapters.
    public double scale() {
        return active() ? alpha / (rslora ? Math.sqrt(rank) : rank) : 0;
    }

    /// Refuses values that cannot be trained with.
    ///
    /// @param path where the keys stand below `hone.`, for example `trainer_common.lora`
    /// @throws InvalidConfigException with the key and what to do
    public void requireValid(String path) {
        Limits.atLeast(path + ".rank", rank, 0);
        if (!(alpha > 0 && Double.isFinite(alpha))) {
            throw new InvalidConfigException(
                    "hone." + path + ".alpha", "is " + alpha + "; it must be a number above 0.");
        }
        if (dropout != 0) {
            throw new InvalidConfigException(
                    "hone." + path + ".dropout",
                    "is " + dropout
                            + "; adapters are trained without dropout here, because what is trained must be what"
                            + " generated: set it to 0.");
        }
        if (targetModules.isEmpty()) {
            throw new InvalidConfigException(
                    "hone." + path + ".target_modules", "is empty; name some of " + MODULES + ".");
        }
        targetModules.forEach(module -> Limits.oneOf(path + ".target_modules", module, Set.copyOf(MODULES)));
    }
}
