package dev.hone.gateway.run;

/// Data of a `progress` event: how many of a phase's groups are closed.
///
/// @param purpose `train` or `eval`
/// @param groups how many it has
/// @param groupsClosed how many are closed
/// @param judged samples with a verdict
/// @param givenUp samples without
record PhaseProgress(String purpose, int step, int groups, int groupsClosed, int judged, int givenUp) {}
