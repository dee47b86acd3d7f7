package dev.hone.launcher;

import dev.hone.calls.ServiceSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;

/// The secret of the services of one process: the environment's, or else one of the data directory's own, at random, in
/// a file that its user alone can read. A policy-server beside it is given that file.
final class LocalSecret {

    /// Its name in the data directory.
    static final String FILE = "service-secret";

    private static final int BYTES = 24;

    private LocalSecret() {}

    /// The settings by which a service finds it: paths, never the secret itself.
    static Map<String, String> settings(Map<String, String> environment, Path folder) {
        return fromOutside(environment)
                ? Map.of()
                : Map.of(ServiceSecret.FILE_VARIABLE, folder.resolve(FILE).toString());
    }

    /// The secret, made if there is none yet.
    static ServiceSecret of(Map<String, String> environment, Path folder) {
        if (fromOutside(environment)) {
            return ServiceSecret.of(
                    environment.getOrDefault(ServiceSecret.VARIABLE, ""),
                    environment.getOrDefault(ServiceSecret.FILE_VARIABLE, ""));
        }
        Path file = folder.resolve(FILE);
        try {
            make(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Data directory " + folder + " cannot be written: " + e, e);
        }
        return ServiceSecret.of("", file.toString());
    }

    private static boolean fromOutside(Map<String, String> environment) {
        return !environment.getOrDefault(ServiceSecret.VARIABLE, "").isBlank()
                || !environment.getOrDefault(ServiceSecret.FILE_VARIABLE, "").isBlank();
    }

    /// Whole under another name first: a start that is killed leaves no half of it.
    private static void make(Path file) throws IOException {
        if (Files.exists(file)) {
            return;
        }
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        Path unfinished = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, HexFormat.of().formatHex(secret) + "\n");
        Files.move(unfinished, file);
    }
}
