package dev.hone.learner.publish;

/// Answer to `GET /api/v1/runs/{run}/policy`.
///
/// @param version training steps done by the weights that generate
/// @param checksum of them
public record PolicyState(int version, String checksum) {}
