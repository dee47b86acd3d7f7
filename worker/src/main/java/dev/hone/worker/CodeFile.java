package dev.hone.worker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// Somebody's own code in a file, as a run names it: `path/to/agent.jar!com.acme.MyWorkflow` or `path/to/agent.py`.
public sealed interface CodeFile {

    /// A class in a jar.
    record Jar(Path path, String className) implements CodeFile {
        @Override
        public String toString() {
            return path + "!" + className;
        }
    }

    /// A Python file.
    record Python(Path path) implements CodeFile {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /// Where it lies.
    Path path();

    /// The file that the text names; empty if it names none, but for example a class on the class path.
    ///
    /// @throws IllegalArgumentException if it names a jar without a class
    static Optional<CodeFile> parse(String text) {
        int mark = text.lastIndexOf(".jar!");
        if (mark >= 0 && mark + 5 < text.length()) {
            return Optional.of(new Jar(Path.of(text.substring(0, mark + 4)), text.substring(mark + 5)));
        }
        if (mark >= 0 || text.endsWith(".jar")) {
            throw new IllegalArgumentException(
                    "names the jar '" + text + "' without a class; write path/to/agent.jar!com.acme.MyClass.");
        }
        return text.endsWith(".py") ? Optional.of(new Python(Path.of(text))) : Optional.empty();
    }

    /// SHA-256 of its bytes, in hexadecimal.
    ///
    /// @throws IOException if it cannot be read
    default String sha256() throws IOException {
        try (InputStream in = Files.newInputStream(path());
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
