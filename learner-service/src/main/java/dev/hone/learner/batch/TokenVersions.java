package dev.hone.learner.batch;

/// Which versions of the weights sampled the tokens of an update.
///
/// @param oldest of them
/// @param newest of them
/// @param maxStaleness that the run allowed
public record TokenVersions(int oldest, int newest, int maxStaleness) {}
