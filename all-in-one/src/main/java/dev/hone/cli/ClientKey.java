package dev.hone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The key that a command sends to a gateway.
final class ClientKey {

    private static final String VARIABLE = "HONE_API_KEY";
    private static final String FILE = "admin.key";

    private ClientKey() {}

    /// For a gateway that was named: that of `HONE_API_KEY`, or of the file that `HONE_API_KEY_FILE` names.
    ///
    /// @throws UserErrorException if the file cannot be read
    static Optional<String> given(Map<String, String> environment) {
        String key = environment.getOrDefault(VARIABLE, "");
        String file = environment.getOrDefault(VARIABLE + "_FILE", "");
        if (key.isBlank() && !file.isBlank()) {
            key = read(Path.of(file), VARIABLE + "_FILE names " + file + ", which cannot be read");
        }
        return Optional.of(key.strip()).filter(text -> !text.isEmpty());
    }

    /// For the gateway of a data directory: the one that it wrote there, if others reach it. No other key is sent
    /// there, nor this one elsewhere.
    static Optional<String> of(Path folder) {
        Path file = folder.resolve(FILE);
        return Files.isReadable(file)
                ? Optional.of(read(file, file + " cannot be read").strip())
                : Optional.empty();
    }

    private static String read(Path file, String problem) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UserErrorException(problem + ": " + e + ".");
        }
    }
}
