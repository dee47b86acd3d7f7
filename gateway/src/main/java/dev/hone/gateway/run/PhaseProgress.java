package dev.hone.gateway.run;

/// Data of a `progress` event: how many of a phase's groups are closed.
///
/// @param purpose `train` or `eval`
/// @param groups how many it has
/// @param groupsClosed how many of these are closed
/// @param judged samples with a verdict
/// @param givenUp samples without
/// @param groupsReplaced closed groups in whose place others were sampled; their samples count among judged and given
/// up
record PhaseProgress(
        String purpose, int step, int groups, int groupsClosed, int judged, int givenUp, int groupsReplaced) {}
