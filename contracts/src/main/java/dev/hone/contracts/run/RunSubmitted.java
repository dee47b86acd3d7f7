package dev.hone.contracts.run;

import dev.hone.contracts.Event;
import dev.hone.contracts.RunId;
import java.time.Instant;

/// `gateway.run-submitted.v1`: train this.
///
/// @param run its name
/// @param config complete: defaults filled in, paths absolute
/// @param submittedAt when
public record RunSubmitted(RunId run, RunConfig config, Instant submittedAt) implements Event {

    @Override
    public String key() {
        return run.value();
    }
}
