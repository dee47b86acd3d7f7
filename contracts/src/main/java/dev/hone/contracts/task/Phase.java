package dev.hone.contracts.task;

import dev.hone.contracts.Purpose;

/// One step of training or one evaluation: the groups that belong together. Phases of a run follow one another.
///
/// @param purpose training or evaluation
/// @param step training: from 1; evaluation: how many training steps were done before it
/// @param groups how many groups it has
/// @param last whether the run ends with it
public record Phase(Purpose purpose, int step, int groups, boolean last) {}
