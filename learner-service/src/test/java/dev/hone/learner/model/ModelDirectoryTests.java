package dev.hone.learner.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.learner.GoldenModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTests {
    @TempDir
    private Path folder;

    @Test
    void namesAFolderThatIsNotThere() {
        assertThat(ModelDirectory.problem(folder.resolve("none")).orElseThrow()).startsWith("There is no model folder");
    }

    @Test
    void namesMissingWeights() throws Exception {
        copyConfig();
        assertThat(ModelDirectory.problem(folder).orElseThrow()).contains("has no weights");
    }

    @Test
    void namesTruncatedWeights() throws Exception {
        copyConfig();
        byte[] weights = Files.readAllBytes(GoldenModel.directory().resolve("model.safetensors"));
        Files.write(folder.resolve("model.safetensors"), Arrays.copyOf(weights, 200_000));
        assertThat(ModelDirectory.problem(folder).orElseThrow()).contains("is truncated");
    }

    @Test
    void namesAMissingTokenizerThenAMissingTemplate() throws Exception {
        copyConfig();
        Files.copy(GoldenModel.directory().resolve("model.safetensors"), folder.resolve("model.safetensors"));
        assertThat(ModelDirectory.problem(folder).orElseThrow()).contains("no tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        assertThat(ModelDirectory.problem(folder).orElseThrow()).contains("no chat template");
        Files.writeString(folder.resolve("chat_template.jinja"), "x");
        assertThat(ModelDirectory.problem(folder)).isEmpty();
    }

    @Test
    void handsOutNothingButTheSmallFiles() throws Exception {
        copyConfig();
        Files.writeString(folder.resolve("secret.txt"), "x");
        assertThat(ModelDirectory.companion(folder, "config.json")).isPresent();
        assertThat(ModelDirectory.companion(folder, "secret.txt")).isEmpty();
        assertThat(ModelDirectory.companion(folder, "../secret.txt")).isEmpty();
    }

    private void copyConfig() throws Exception {
        Files.copy(GoldenModel.directory().resolve("config.json"), folder.resolve("config.json"));
    }
}
