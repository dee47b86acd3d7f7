package dev.hone.learner.ledger;

import dev.hone.contracts.task.Phase;

/// A phase that is done.
///
/// @param phase which; its number of groups is not kept
/// @param versionAfter the weights' version after it
/// @param checksumAfter of the float32 weights after it
/// @param optimizerSteps of the run, done after it
public record LedgerRow(Phase phase, int versionAfter, String checksumAfter, long optimizerSteps) {}
