package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--data-dir`, alike in every command.
final class DataDirOption {

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where everything is kept (default: .hone in the project's folder).")
    private @Nullable Path folder;

    Path folder() {
        return folder != null ? folder.toAbsolutePath().normalize() : home().resolve(".hone");
    }

    /// The folder, made if it is not there.
    ///
    /// @throws UserErrorException if it cannot be made
    static Path prepared(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserErrorException(
                    "Data directory " + folder + " cannot be made: " + e + ". Choose another with --data-dir.");
        }
    }

    /// The project's folder: `HONE_HOME`, or the working directory.
    static Path home() {
        String home = System.getenv("HONE_HOME");
        return Path.of(home == null || home.isBlank() ? "." : home)
                .toAbsolutePath()
                .normalize();
    }
}
