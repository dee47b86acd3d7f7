package dev.hone.learner.checkpoint;

import java.util.Map;

/// `state.json` of a checkpoint.
///
/// @param run whose
/// @param step training steps done
/// @param optimizerSteps optimizer steps done
/// @param seed of the run
/// @param weights checksum of the float32 weights
/// @param files SHA-256 of every other file, by name
public record CheckpointState(
        String run, int step, long optimizerSteps, long seed, String weights, Map<String, String> files) {
    public CheckpointState {
        files = Map.copyOf(files);
    }
}
