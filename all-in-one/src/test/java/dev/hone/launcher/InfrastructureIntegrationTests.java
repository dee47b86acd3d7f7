package dev.hone.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.embedded.DataDirectory;
import dev.hone.embedded.EmbeddedKafka;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InfrastructureIntegrationTests {

    @TempDir
    private Path folder;

    @Test
    void nothingIsLeftRunningWhenTopicsCannotBeMade() {
        assertThatThrownBy(() -> Infrastructure.start(folder, broker -> {
                    throw new IllegalStateException("planted failure");
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("planted failure");
        assertThat(DataDirectory.processes(folder)).isEmpty();
        // A broker that still ran would hold the lock of its folder.
        EmbeddedKafka.start(folder.resolve("kafka")).close();
    }
}
