package dev.hone.learner;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/// A small Qwen2 checkpoint (116,544 parameters, vocabulary 512) and what Hugging Face's code computes from it.
public final class GoldenModel {
    private GoldenModel() {}

    /// Adapters of a small model, and what PEFT and PyTorch compute with them.
    public static Path adapter(String name) {
        return directory().resolve("../../golden-lora").resolve(name).normalize();
    }

    public static Path directory() {
        try {
            return Path.of(Objects.requireNonNull(GoldenModel.class.getResource("/golden/qwen2_tied/config.json"))
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
