package dev.hone.learner.checkpoint;

import dev.hone.contracts.RunId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/// Which checkpoints a run has: a folder that is not listed here is none.
@Component
public class Checkpoints {
    private final CheckpointRows rows;

    Checkpoints(CheckpointRows rows) {
        this.rows = rows;
    }

    /// Lists a checkpoint that has been written.
    @Transactional
    public void add(RunId run, int step, Path directory, String checksum) {
        rows.put(run.value(), step, directory.toString(), checksum, Instant.now());
    }

    /// Takes a checkpoint off the list.
    @Transactional
    public void remove(RunId run, int step) {
        rows.deleteById(new CheckpointRow.Id(run.value(), step));
    }

    /// Steps with a checkpoint, newest first.
    public List<Integer> steps(RunId run) {
        return rows.steps(run.value());
    }

    /// The float32 weights of a step, once every checksum of its checkpoint has been compared; empty if no checkpoint
    /// of
    /// it is kept.
    ///
    /// @throws IOException if it is listed, but damaged
    public Optional<SoundWeights> weights(RunId run, int step) throws IOException {
        Optional<Path> folder = rows.directory(run.value(), step).map(Path::of);
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        CheckpointState state = CheckpointDirectory.holding(folder.get(), run).verify(step);
        return Optional.of(new SoundWeights(CheckpointDirectory.weights(folder.get()), "sha256:" + state.weights()));
    }
}
