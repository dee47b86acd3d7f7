package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--conf`: the file that says what to do.
final class ConfOption {

    @Option(names = "--conf", paramLabel = "FILE", description = "The YAML file that says what to do.")
    private @Nullable Path file;

    /// The file; empty if none is named.
    Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /// What the file says.
    ///
    /// @throws UserErrorException if none is named, or it cannot be read
    String text() {
        return read(file().orElseThrow(() -> new UserErrorException("Name the YAML file with --conf FILE.")));
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
