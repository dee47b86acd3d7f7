package dev.hone.task.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file as the hub lists it.
///
/// @param path within the dataset
/// @param size bytes
/// @param sha256 of the content, in hexadecimal, for files in large file storage; else empty
/// @param blobId Git's id of the content, for the others: SHA-1 over `blob <size>\0` and the content; else empty
record HubFile(String path, long size, String sha256, String blobId) {

    private static final int BUFFER = 1 << 16;
    private static final int SHORT = 12;

    String checksum() {
        return sha256.isEmpty() ? blobId : sha256;
    }

    /// Tells contents apart in the names of unfinished files.
    String shortId() {
        String id = checksum().replaceAll("[^0-9a-zA-Z]", "");
        return id.isEmpty() ? Long.toString(size) : id.substring(0, Math.min(SHORT, id.length()));
    }

    /// Whether the file's content is this one.
    boolean matches(Path file) throws IOException {
        if (Files.size(file) != size) {
            return false;
        }
        if (!sha256.isEmpty()) {
            return digest(file, "SHA-256", "").equals(sha256);
        }
        return blobId.isEmpty() || digest(file, "SHA-1", "blob " + size + "\0").equals(blobId);
    }

    private static String digest(Path file, String algorithm, String prefix) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(prefix.getBytes(StandardCharsets.US_ASCII));
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
