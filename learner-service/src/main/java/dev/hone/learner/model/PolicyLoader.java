package dev.hone.learner.model;

import dev.hone.contracts.run.LoraConfig;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.io.IOException;
import java.nio.file.Path;

/// Loads the policy that a configuration describes.
public final class PolicyLoader {
    private PolicyLoader() {}

    /// All weights to be trained, or adapters: those of a folder, or fresh ones.
    ///
    /// @param adapter a folder as PEFT writes it; empty: none
    /// @param seed of fresh adapters
    public static Policy load(Path model, String adapter, LoraConfig lora, long seed, PolicyOptions options)
            throws IOException {
        return adapter.isEmpty()
                ? Policy.load(model, options, lora, seed)
                : Policy.load(model, options, lora, Path.of(adapter));
    }
}
