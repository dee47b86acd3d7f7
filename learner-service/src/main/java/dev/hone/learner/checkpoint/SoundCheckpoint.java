package dev.hone.learner.checkpoint;

import java.util.List;
import java.util.Optional;

/// Where a run can go on from.
///
/// @param newest sound checkpoint; empty if there is none
/// @param problems what is wrong with newer ones, each with the file's name
public record SoundCheckpoint(Optional<CheckpointState> newest, List<String> problems) {
    public SoundCheckpoint {
        problems = List.copyOf(problems);
    }

    /// Training steps that it has; 0 without a checkpoint.
    public int step() {
        return newest.map(CheckpointState::step).orElse(0);
    }
}
