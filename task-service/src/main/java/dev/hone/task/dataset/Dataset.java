package dev.hone.task.dataset;

import dev.hone.contracts.task.Task;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;

/// The tasks of a run, in the order of their rows.
///
/// @param training tasks to train on, `train-0`, `train-1`, …; empty if the run trains nothing
/// @param validation tasks to evaluate on, `val-0`, …; empty if the run never evaluates
public record Dataset(List<Task> training, List<Task> validation) {

    public Dataset {
        training = List.copyOf(training);
        validation = List.copyOf(validation);
    }

    /// SHA-256 over every task, in hexadecimal: two datasets with one fingerprint hold the same tasks in one order.
    public String fingerprint() {
        MessageDigest digest = sha256();
        training.forEach(task -> add(digest, task));
        validation.forEach(task -> add(digest, task));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, Task task) {
        add(digest, task.taskId());
        add(digest, task.query());
        new TreeMap<>(task.metadata()).forEach((column, text) -> {
            add(digest, column);
            add(digest, text);
        });
    }

    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
