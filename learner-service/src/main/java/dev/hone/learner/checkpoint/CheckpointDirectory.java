package dev.hone.learner.checkpoint;

import dev.hone.learner.step.AdamW;
import dev.hone.policy.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The folder `checkpoints` of a run: `step-N` with weights, moments and `state.json`. A checkpoint is there whole or
/// not
/// at all.
public final class CheckpointDirectory {
    private static final String WEIGHTS = "model.safetensors";
    private static final String MOMENTS = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path root;

    /// @param output where a run's results go
    public CheckpointDirectory(Path output) {
        this.root = output.resolve("checkpoints");
    }

    /// Writes a checkpoint under its final name once it is complete.
    ///
    /// @return its folder
    public Path save(String run, int step, long seed, Policy policy, AdamW optimizer) throws IOException {
        Files.createDirectories(root);
        Path partial = Files.createTempDirectory(root, ".step-" + step + "-");
        try {
            policy.exportState(partial.resolve(WEIGHTS));
            optimizer.save(partial.resolve(MOMENTS));
            Map<String, String> files = new TreeMap<>();
            for (String name : List.of(WEIGHTS, MOMENTS)) {
                files.put(name, sha256(partial.resolve(name)));
            }
            CheckpointState state = new CheckpointState(run, step, optimizer.steps(), seed, policy.checksum(), files);
            Files.writeString(
                    partial.resolve(STATE),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state));
            Path target = folder(step);
            delete(target);
            return Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(partial);
        }
    }

    /// What a checkpoint says of itself, after every file's checksum has been compared.
    ///
    /// @throws IOException if it is not there, incomplete or damaged
    public CheckpointState verify(int step) throws IOException {
        Path folder = folder(step);
        CheckpointState state;
        try {
            state = JSON.readValue(Files.readString(folder.resolve(STATE)), CheckpointState.class);
        } catch (JacksonException e) {
            throw new IOException(folder.resolve(STATE) + " is damaged: " + e.getOriginalMessage(), e);
        }
        for (Map.Entry<String, String> file : state.files().entrySet()) {
            if (!sha256(folder.resolve(file.getKey())).equals(file.getValue())) {
                throw new IOException(folder.resolve(file.getKey()) + " is damaged: its checksum is not "
                        + file.getValue() + " as state.json says.");
            }
        }
        return state;
    }

    /// Puts a verified checkpoint into policy and optimizer.
    public void load(CheckpointState state, Policy policy, AdamW optimizer) throws IOException {
        policy.importState(folder(state.step()).resolve(WEIGHTS));
        optimizer.load(folder(state.step()).resolve(MOMENTS), state.optimizerSteps());
    }

    /// Removes a checkpoint.
    public void remove(int step) throws IOException {
        delete(folder(step));
    }

    private Path folder(int step) {
        return root.resolve("step-" + step);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
