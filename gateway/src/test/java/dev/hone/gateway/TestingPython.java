package dev.hone.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A virtual environment below `target`, with packages from PyPI; made when it is not there.
final class TestingPython {

    private static final Path ENVIRONMENT = Path.of("target", "trackers-venv").toAbsolutePath();

    private TestingPython() {}

    /// Has the packages, or fails.
    static void install(String... packages) throws IOException, InterruptedException {
        if (!Files.isExecutable(program("pip"))) {
            run("python3", "-m", "venv", ENVIRONMENT.toString());
        }
        run(java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                program("pip").toString(), "install", "-q", "--disable-pip-version-check"),
                        java.util.stream.Stream.of(packages))
                .toArray(String[]::new));
    }

    /// A program of the environment.
    static Path program(String name) {
        return ENVIRONMENT.resolve("bin").resolve(name);
    }

    /// What a command prints.
    ///
    /// @throws AssertionError if it fails
    static String run(String... command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("hone-python", ".err");
        Process process = new ProcessBuilder(List.of(command))
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(List.of(command) + ": " + output + Files.readString(errors));
        }
        Files.delete(errors);
        return output;
    }
}
