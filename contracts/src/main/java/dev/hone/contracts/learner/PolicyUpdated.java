package dev.hone.contracts.learner;

import dev.hone.contracts.Event;
import dev.hone.contracts.RunId;
import java.time.Instant;

/// `learner.policy-updated.v1`: these weights generate from now on. Version 0 is the model that the run began with.
///
/// @param run the run
/// @param version training steps done
/// @param checksum of the weights, as `algorithm:hex`
/// @param updatedAt when
public record PolicyUpdated(RunId run, int version, String checksum, Instant updatedAt) implements Event {

    @Override
    public String key() {
        return run.value();
    }
}
