package dev.hone.task.dataset;

import dev.hone.contracts.run.TaskReaderConfig.ValidationSplit;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// On which side of `task_reader.split` a row lies. That is a function of the seed and of what is asked alone: SHA-256
/// of both, read as a number in `[0, 1)`, is below the ratio for validation. So the sides are disjoint even where a
/// question comes twice, and a row stays on its side whatever rows are added, removed, filtered or moved.
final class SplitSide {

    private SplitSide() {}

    static boolean isValidation(ValidationSplit split, String query) {
        MessageDigest digest = sha256();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(split.seed()).array());
        byte[] hash = digest.digest(query.getBytes(StandardCharsets.UTF_8));
        double uniform = (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53;
        return uniform < split.validationRatio();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
