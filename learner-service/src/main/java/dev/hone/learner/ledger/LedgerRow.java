package dev.hone.learner.ledger;

import dev.hone.contracts.task.Phase;
import java.time.Instant;
import java.util.Optional;

/// A phase that is done.
///
/// @param phase which; its number of groups is not kept
/// @param versionBefore the weights' version before it
/// @param versionAfter the weights' version after it
/// @param checksumAfter of the float32 weights after it
/// @param optimizerSteps of the run, done after it
/// @param conditions of its update; empty in rows from before they were recorded
/// @param completedAt when it was done
public record LedgerRow(
        Phase phase,
        int versionBefore,
        int versionAfter,
        String checksumAfter,
        long optimizerSteps,
        Optional<ReplayConditions> conditions,
        Instant completedAt) {}
