package dev.hone.learner.training;

import dev.hone.learner.checkpoint.CheckpointDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where a run's results go: one run's, and writable.
final class OutputFolder {
    private OutputFolder() {}

    /// What keeps a run's results from going there, with what to do; empty if nothing does.
    ///
    /// @param run the run's name; empty if it has none yet
    static Optional<String> problem(Path folder, String run) {
        Path nearest = folder.toAbsolutePath();
        while (!Files.exists(nearest) && nearest.getParent() != null) {
            nearest = nearest.getParent();
        }
        if (!Files.isDirectory(nearest) || !Files.isWritable(nearest)) {
            return Optional.of("cannot be written: " + nearest + " is no folder with write access; choose another.");
        }
        try {
            return CheckpointDirectory.otherRun(folder, run)
                    .map(other -> "is taken: " + folder + " holds the checkpoints of run " + other
                            + "; choose another folder, or leave output_dir empty for one of the run's own.");
        } catch (IOException e) {
            return Optional.of("cannot be used: " + e.getMessage() + "; choose another folder.");
        }
    }
}
