package dev.hone.learner.offer;

/// A run whose weights generate at the learner, with what a follower needs to generate as the learner does. Element of
/// the answer to `GET /api/v1/policies`.
///
/// @param run its name
/// @param version of the weights
/// @param checksum of their float32 elements, as `algorithm:hex`
/// @param computeType of forward passes: `float32` or `bfloat16`
/// @param maxEnvWorker episodes of the run at the same time
/// @param maxStaleness above 0 requests go on through a change of weights
public record HostedPolicy(
        String run, int version, String checksum, String computeType, int maxEnvWorker, int maxStaleness) {}
