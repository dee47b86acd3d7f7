package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is generated from the code and committed is what the code says now.
class RunConfigDocumentsTests {

    @Test
    void schemaIsUpToDate() throws IOException {
        requireSame("hone.schema.json", RunConfigSchema.text());
    }

    @Test
    void referenceIsUpToDate() throws IOException {
        requireSame("configuration.md", RunConfigReference.markdown());
    }

    @Test
    void everyKeyHasAMeaning() {
        List<String> without = new ArrayList<>();
        collect(RunConfigKeys.root(), without);
        assertThat(without).as("keys of run-defaults.yaml without a comment").isEmpty();
    }

    private static void collect(RunConfigKeys.Key section, List<String> without) {
        for (RunConfigKeys.Key key : section.keys()) {
            if (key.meaning().isEmpty()) {
                without.add(key.path());
            }
            collect(key, without);
        }
    }

    private static void requireSame(String name, String expected) throws IOException {
        Path committed = Path.of("../docs").resolve(name);
        Path generated = Path.of("target").resolve(name);
        Files.createDirectories(generated.getParent());
        Files.writeString(generated, expected);
        assertThat(Files.exists(committed) ? Files.readString(committed) : "")
                .as("docs/%s is out of date; cp contracts/target/%s docs/", name, name)
                .isEqualTo(expected);
    }
}
