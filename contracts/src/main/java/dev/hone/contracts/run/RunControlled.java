package dev.hone.contracts.run;

import dev.hone.contracts.Event;
import dev.hone.contracts.RunId;
import java.time.Instant;

/// `gateway.run-controlled.v1`: a person or the gateway steers a run.
///
/// @param run which
/// @param action what to do
/// @param reason why, for people
/// @param at when
public record RunControlled(RunId run, Action action, String reason, Instant at) implements Event {

    /// What to do with the run.
    public enum Action {
        /// Issue nothing new; what is in flight is judged and trained on.
        PAUSE,
        /// Go on after a pause.
        RESUME,
        /// End it; what is in flight is given up.
        CANCEL
    }

    @Override
    public String key() {
        return run.value();
    }
}
