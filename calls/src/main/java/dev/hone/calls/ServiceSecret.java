package dev.hone.calls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What the services of one installation share, and show each other with every request. It comes from the environment
/// or a file, goes into one header, and is shown nowhere else.
public final class ServiceSecret {

    /// Environment variable that holds it.
    public static final String VARIABLE = "HONE_SERVICE_SECRET";

    /// Environment variable that names a file with it, on one line.
    public static final String FILE_VARIABLE = "HONE_SERVICE_SECRET_FILE";

    /// The header that carries it.
    public static final String HEADER = "X-Hone-Service-Secret";

    /// No secret: nothing is shown, and nobody let in by one.
    public static final ServiceSecret NONE = new ServiceSecret("");

    /// Characters: 128 bits as hexadecimal digits.
    static final int SHORTEST = 32;

    private final String value;

    private ServiceSecret(String value) {
        this.value = value;
    }

    /// @param value as [#VARIABLE] has it; empty: see `file`
    /// @param file as [#FILE_VARIABLE] has it; empty: see `value`
    /// @return [#NONE] where both are empty
    /// @throws ServiceSecretException if both are given, or what is given is no secret
    public static ServiceSecret of(String value, String file) {
        if (value.isBlank() && file.isBlank()) {
            return NONE;
        }
        if (!value.isBlank() && !file.isBlank()) {
            throw new ServiceSecretException(
                    VARIABLE + " and " + FILE_VARIABLE + " are both set.", "Leave one of the two empty.");
        }
        return value.isBlank() ? usable(read(file), FILE_VARIABLE) : usable(value, VARIABLE);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new ServiceSecretException(
                    FILE_VARIABLE + " names " + file + ", which cannot be read.",
                    "Put the secret there, on one line, readable for the service.");
        }
    }

    private static ServiceSecret usable(String text, String variable) {
        String secret = text.strip();
        if (secret.length() < SHORTEST || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new ServiceSecretException(
                    variable + " gives " + secret.length() + " characters that cannot be a secret.",
                    "Give at least " + SHORTEST
                            + " visible characters on one line, at random, for example of: openssl rand -hex 24");
        }
        return new ServiceSecret(secret);
    }

    /// Whether there is one.
    public boolean given() {
        return !value.isEmpty();
    }

    /// Puts it into a request to another service of the installation, and to nobody else.
    ///
    /// @param header takes a header's name and value
    public void sign(BiConsumer<String, String> header) {
        if (given()) {
            header.accept(HEADER, value);
        }
    }

    /// Whether this was shown; takes as long for any that was not, so that it cannot be found out character by
    /// character.
    boolean shown(@Nullable String header) {
        return given() && header != null && MessageDigest.isEqual(digest(value), digest(header));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    /// Not the value.
    @Override
    public String toString() {
        return given() ? "ServiceSecret[given]" : "ServiceSecret[none]";
    }
}
