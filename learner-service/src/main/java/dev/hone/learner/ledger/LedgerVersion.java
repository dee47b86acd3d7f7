package dev.hone.learner.ledger;

import java.time.Instant;

/// Weights that have generated.
///
/// @param version training steps done
/// @param checksum of the float32 weights; the same version with another one is a new incarnation
/// @param at since when
public record LedgerVersion(int version, String checksum, Instant at) {}
