package dev.hone.learner.checkpoint;

import java.nio.file.Path;

/// Weights of a checkpoint that has been verified.
///
/// @param file as [dev.hone.policy.Policy#exportState] writes them
/// @param checksum of the float32 weights
public record SoundWeights(Path file, String checksum) {}
