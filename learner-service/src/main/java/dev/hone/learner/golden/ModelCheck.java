package dev.hone.learner.golden;

import dev.hone.policy.AdapterDirectory;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import dev.hone.policy.UnsupportedModelException;
import dev.hone.policy.safetensors.InvalidWeightsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Compares a model directory with what another implementation computed from it: logits, log-probabilities,
/// greedy continuations, loss, gradients and AdamW steps, in float32 on the CPU.
///
/// The directory holds `config.json`, perhaps `config_legacy.json` (the same model in the spelling of
/// Transformers 4), the weights, `cases.json` and `cases.safetensors`. Or it holds adapters as PEFT writes them with
/// their
/// cases; the base model is then where `base_model_name_or_path` says, seen from there.
public final class ModelCheck {
    private static final List<String> CONFIGURATIONS = List.of("config.json", "config_legacy.json");

    private ModelCheck() {}

    /// Every comparison under each configuration file, in order. What is missing is a case that
    /// fails; what is in the files but not known is a case that does not pass.
    ///
    /// @throws IOException if the case files cannot be read
    /// @throws IllegalArgumentException if one of them is not there or is no JSON object
    /// @throws InvalidWeightsException if `cases.safetensors` is truncated or is none
    public static List<GoldenCase> check(Path directory) throws IOException {
        Cases cases = new Cases();
        try (GoldenFiles files = new GoldenFiles(directory)) {
            boolean loaded = false;
            if (AdapterDirectory.is(directory)) {
                loaded = check(() -> adapted(directory), files, cases.under("adapter"));
            } else {
                for (String configuration : CONFIGURATIONS) {
                    if (configuration.equals("config.json") || Files.exists(directory.resolve(configuration))) {
                        loaded |= check(
                                () -> Policy.load(directory, configuration, PolicyOptions.cpu()),
                                files,
                                cases.under(configuration));
                    }
                }
            }
            for (String name : files.lost()) {
                cases.broken(name, "is not in cases.safetensors as cases.json lists it");
            }
            if (loaded) {
                files.unknown().forEach(name -> cases.unknown(name, "is a case that is not known here"));
            }
        }
        return cases.all();
    }

    private static Policy adapted(Path directory) throws IOException {
        Path base = AdapterDirectory.base(directory);
        return Policy.load(base, PolicyOptions.cpu(), AdapterDirectory.read(directory), directory);
    }

    /// Loads the model; files may be missing.
    private interface Loading {
        Policy policy() throws IOException;
    }

    /// @return whether there is such a model
    private static boolean check(Loading loading, GoldenFiles files, Cases cases) throws IOException {
        try (Policy policy = loading.policy()) {
            new ForwardCheck(policy, files, cases).run();
            cases.attempt("greedy", () -> new GreedyCheck(policy, files, cases).run());
            if (files.has("grad.mask") && files.has("grad.advantages") && files.has("right.input_ids")) {
                cases.attempt("grad", () -> {
                    try (GoldenLoss loss = new GoldenLoss(policy, files)) {
                        new GradientCheck(policy, files, cases).run(loss);
                        new AdamWCheck(policy, files, cases).run(loss);
                    }
                });
            } else {
                cases.broken("grad", "right.input_ids, grad.mask or grad.advantages is not in cases.safetensors");
            }
            return true;
        } catch (UnsupportedModelException | InvalidWeightsException e) {
            cases.broken("load", String.valueOf(e.getMessage()));
            return false;
        }
    }
}
