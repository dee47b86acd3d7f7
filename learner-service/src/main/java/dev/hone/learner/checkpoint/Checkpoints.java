package dev.hone.learner.checkpoint;

import dev.hone.contracts.RunId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
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
}
