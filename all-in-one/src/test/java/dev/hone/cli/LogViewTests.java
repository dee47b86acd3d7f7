package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LogViewTests {

    private static final URI PAGE = URI.create("http://127.0.0.1:8080/runs/math-1");

    @TempDir
    private Path folder;

    @Test
    void thePageIsOpenedWhereADisplayIs() throws Exception {
        Path opened = opener();
        TestingTerminal terminal = show(Map.of("PATH", "/nowhere:" + folder, "DISPLAY", ":0"));
        assertThat(terminal.err()).containsExactly("Page of the run: " + PAGE);
        // A pipe: reading ends when the opener has written.
        assertThat(Files.readString(opened)).isEqualTo(PAGE.toString());
    }

    @Test
    void withoutADisplayItsAddressIsSaid() throws Exception {
        opener();
        TestingTerminal terminal = show(Map.of("PATH", folder.toString()));
        assertThat(terminal.err()).containsExactly("Page of the run: " + PAGE);
    }

    private static TestingTerminal show(Map<String, String> environment) {
        return TestingTerminal.of(() -> {
            new LogView(environment).show(PAGE);
            return Main.OK;
        });
    }

    private Path opener() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path script = Files.writeString(folder.resolve("xdg-open"), "#!/bin/sh\nprintf %s \"$1\" >" + pipe + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return pipe;
    }
}
