package dev.hone.learner.checkpoint;

import dev.hone.contracts.RunId;
import dev.hone.learner.step.AdamW;
import dev.hone.policy.Policy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The folder `checkpoints` of a run: `step-N` with weights, moments and `state.json`. A checkpoint is there whole or
/// not at all. The folder belongs to one run: what another one left there is neither read nor written over.
public final class CheckpointDirectory {
    private static final String WEIGHTS = "model.safetensors";
    private static final String MOMENTS = "optimizer.safetensors";
    private static final String STATE = "state.json";
    private static final String PARTIAL = ".step-";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path root;
    private final RunId run;
    private final Set<Integer> damaged = new HashSet<>();

    /// @param output where the run's results go
    public CheckpointDirectory(Path output, RunId run) {
        this.root = root(output);
        this.run = run;
    }

    /// That in which a checkpoint's folder lies.
    static CheckpointDirectory holding(Path checkpoint, RunId run) {
        return new CheckpointDirectory(checkpoint.resolve("../..").normalize(), run);
    }

    /// The weights in a checkpoint's folder.
    static Path weights(Path checkpoint) {
        return checkpoint.resolve(WEIGHTS);
    }

    /// Another run that has checkpoints among a folder's results; empty if the folder is free for this one. Damaged
    /// checkpoints say nothing of whose they are.
    ///
    /// @param output where results are to go
    /// @param run the run's name; empty if it has none yet
    /// @throws IOException if the folder cannot be read
    public static Optional<String> otherRun(Path output, String run) throws IOException {
        if (!Files.isDirectory(root(output))) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(root(output))) {
            for (Path state :
                    folders.map(folder -> folder.resolve(STATE)).sorted().toList()) {
                Optional<String> owner = owner(state);
                if (owner.isPresent() && !owner.get().equals(run)) {
                    return owner;
                }
            }
        }
        return Optional.empty();
    }

    /// Writes a checkpoint under its final name once it is complete.
    ///
    /// @return its folder
    public Path save(int step, long seed, Policy policy, AdamW optimizer) throws IOException {
        Files.createDirectories(root);
        removeHalfWritten();
        Path partial = Files.createTempDirectory(root, PARTIAL + step + "-");
        try {
            policy.exportState(partial.resolve(WEIGHTS));
            optimizer.save(partial.resolve(MOMENTS));
            Map<String, String> files = new TreeMap<>();
            for (String name : List.of(WEIGHTS, MOMENTS)) {
                files.put(name, Sha256.hex(partial.resolve(name)));
            }
            CheckpointState state =
                    CheckpointState.of(run.value(), step, optimizer.steps(), seed, policy.checksum(), files);
            Files.writeString(
                    partial.resolve(STATE),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(state),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DSYNC);
            Path target = folder(step);
            flush(partial);
            delete(target);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            flush(root);
            damaged.remove(step);
            return target;
        } finally {
            delete(partial);
        }
    }

    /// What a checkpoint says of itself, after every file's checksum has been compared.
    ///
    /// @throws IOException if it is not there, incomplete, damaged or another run's
    public CheckpointState verify(int step) throws IOException {
        Path folder = folder(step);
        CheckpointState state = read(folder.resolve(STATE));
        if (!state.intact()) {
            throw new IOException(folder.resolve(STATE) + " is damaged: its content does not fit its seal.");
        }
        if (!state.run().equals(run.value()) || state.step() != step) {
            throw new IOException(folder + " is the checkpoint of run " + state.run() + " after step " + state.step()
                    + ", not of run " + run + " after step " + step + ".");
        }
        for (Map.Entry<String, String> file : state.files().entrySet()) {
            if (!Sha256.hex(folder.resolve(file.getKey())).equals(file.getValue())) {
                throw new IOException(folder.resolve(file.getKey()) + " is damaged: its checksum is not "
                        + file.getValue() + " as state.json says.");
            }
        }
        return state;
    }

    /// The first sound one.
    ///
    /// @param steps with a checkpoint, newest first
    public SoundCheckpoint newestSound(List<Integer> steps) {
        List<String> problems = new ArrayList<>();
        for (int step : steps) {
            try {
                return new SoundCheckpoint(Optional.of(verify(step)), problems);
            } catch (NoSuchFileException e) {
                damaged.add(step);
                problems.add(e.getFile() + " is not there.");
            } catch (IOException e) {
                damaged.add(step);
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        return new SoundCheckpoint(Optional.empty(), problems);
    }

    /// Whether a checkpoint was found unsound, and not written again since.
    public boolean damaged(int step) {
        return damaged.contains(step);
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

    private static Optional<String> owner(Path state) {
        try {
            return Optional.of(read(state).run());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static CheckpointState read(Path state) throws IOException {
        try {
            return JSON.readValue(Files.readString(state), CheckpointState.class);
        } catch (JacksonException e) {
            throw new IOException(state + " is damaged: " + e.getOriginalMessage(), e);
        }
    }

    /// What a process that died left.
    private void removeHalfWritten() throws IOException {
        try (Stream<Path> left = Files.list(root)) {
            for (Path partial : left.filter(
                            path -> path.getFileName().toString().startsWith(PARTIAL))
                    .toList()) {
                delete(partial);
            }
        }
    }

    /// Brings a folder's entries to the disk: a file's own bytes are not enough after a power cut.
    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path root(Path output) {
        return output.resolve("checkpoints");
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
}
