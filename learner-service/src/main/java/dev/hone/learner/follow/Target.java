package dev.hone.learner.follow;

import dev.hone.contracts.RunId;

/// Weights to be followed to.
///
/// @param run whose
/// @param version training steps done
/// @param checksum what their float32 elements must come to, as `algorithm:hex`
record Target(RunId run, int version, String checksum) {
    @Override
    public String toString() {
        return "version " + version + " of run " + run + " (" + checksum + ")";
    }
}
