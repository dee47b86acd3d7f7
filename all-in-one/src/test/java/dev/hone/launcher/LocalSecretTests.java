package dev.hone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.calls.ServiceSecret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretTests {

    private static final String GIVEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private static String shown(ServiceSecret secret) {
        List<String> values = new ArrayList<>();
        secret.sign((name, value) -> values.add(value));
        return String.join(",", values);
    }

    @Test
    void aDataDirectoryKeepsTheOneThatItMadeForItsUserAlone() throws Exception {
        String first = shown(LocalSecret.of(Map.of(ServiceSecret.VARIABLE, ""), folder));
        assertThat(first).matches("[0-9a-f]{48}");
        assertThat(shown(LocalSecret.of(Map.of(), folder))).isEqualTo(first);
        Path file = folder.resolve("service-secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(LocalSecret.settings(Map.of(), folder))
                .as("a path goes into settings, not the secret")
                .containsExactly(Map.entry(ServiceSecret.FILE_VARIABLE, file.toString()));
    }

    @Test
    void oneOfTheEnvironmentIsTakenAndNoneIsMade() {
        Map<String, String> environment = Map.of(ServiceSecret.VARIABLE, GIVEN);
        assertThat(shown(LocalSecret.of(environment, folder))).isEqualTo(GIVEN);
        assertThat(LocalSecret.settings(environment, folder)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }
}
