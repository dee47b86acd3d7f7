package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// `--conf`: the file that says what to do, of commands that need one.
final class ConfOption {

    @Option(names = "--conf", required = true, paramLabel = "FILE", description = "The YAML file that says what to do.")
    private Path file = Path.of("");

    Path file() {
        return file;
    }

    /// What the file says.
    ///
    /// @throws UserErrorException if it cannot be read
    String text() {
        return read(file);
    }

    /// @throws UserErrorException if the file cannot be read
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UserErrorException("Cannot read " + file.toAbsolutePath() + ": "
                    + (Files.exists(file) ? e.toString() : "there is no such file") + ". Check --conf.");
        }
    }
}
