package dev.hone.gateway.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.core.env.Environment;

/// Keys of the environment, each in a variable or in the file that a variable names.
///
/// @param bootstrap of an admin of all projects
/// @param metrics of who reads metrics
record GivenKeys(Optional<Secret> bootstrap, Optional<Secret> metrics) {

    static final String BOOTSTRAP = "HONE_BOOTSTRAP_KEY";
    static final String METRICS = "HONE_METRICS_KEY";

    /// @throws IllegalArgumentException if one is no key
    static GivenKeys of(Environment environment) {
        return new GivenKeys(secret(environment, BOOTSTRAP), secret(environment, METRICS));
    }

    private static Optional<Secret> secret(Environment environment, String variable) {
        String file = environment.getProperty(variable + "_FILE", "");
        String text = file.isBlank() ? environment.getProperty(variable, "") : read(variable + "_FILE", Path.of(file));
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Secret(text.strip()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    variable + " holds no key: write 'hone_' and 64 hexadecimal digits, as docker/passwords does.", e);
        }
    }

    private static String read(String variable, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(variable + " names " + file + ", which cannot be read: " + e, e);
        }
    }
}
