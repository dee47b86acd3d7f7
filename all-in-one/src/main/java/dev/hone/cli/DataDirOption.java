package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--data-dir`, alike in every command.
final class DataDirOption {

    private static final String STANDARD = ".hone";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where everything is kept (default: .hone in the project's folder).")
    private @Nullable Path folder;

    Path folder() {
        return folder != null ? folder.toAbsolutePath().normalize() : home().resolve(STANDARD);
    }

    /// Whether it is where it is without `--data-dir`.
    boolean standard() {
        return standard(folder());
    }

    static boolean standard(Path folder) {
        return folder.equals(home().resolve(STANDARD));
    }

    /// The folder, made if it is not there.
    ///
    /// @throws UserErrorException if it cannot be made or written
    static Path prepared(Path folder) {
        try {
            Files.createDirectories(folder);
            Optional<Path> shut = Stream.of(folder, folder.resolve("hone.log"), folder.resolve("lock"))
                    .filter(path -> Files.exists(path) && !Files.isWritable(path))
                    .findFirst();
            if (shut.isPresent()) {
                throw new UserErrorException(shut.get() + " belongs to " + Files.getOwner(shut.get()) + " and cannot be"
                        + " written by " + System.getProperty("user.name")
                        + ". Call Hone as that user, or choose another folder with --data-dir.");
            }
            return folder;
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
