package dev.hone.contracts.run;

import dev.hone.contracts.Event;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `task.run-reported.v1`, `learner.run-reported.v1`: how far a service is with a run.
///
/// @param run which
/// @param state how far
/// @param failure why it failed; null in other states
/// @param facts for people, for example `export` = the folder of the trained model, `tasks` = how many were read
/// @param at when
public record RunReported(RunId run, State state, @Nullable Failure failure, Map<String, String> facts, Instant at)
        implements Event {

    /// Key of [#facts()]: folder of the trained model.
    public static final String EXPORT = "export";

    public RunReported {
        facts = Map.copyOf(facts);
    }

    /// How far a service is with a run.
    public enum State {
        /// What the run needs from this service is loaded.
        PREPARED,
        /// The learner has finished the last phase and exported the model.
        COMPLETED,
        /// The run cannot go on; see the failure.
        FAILED
    }

    @Override
    public String key() {
        return run.value();
    }
}
