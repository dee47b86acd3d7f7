package dev.hone.gateway.run;

/// Whose weights a run began with.
///
/// @param run the other run
/// @param version which of its versions: training steps done
public record Parent(String run, int version) {}
