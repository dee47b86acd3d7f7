package dev.hone.gateway.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How far a run is.
public enum RunState {
    /// Stored and told to the services.
    SUBMITTED(false),
    /// The first of task- and learner-service has loaded what it needs.
    PREPARING(false),
    /// Episodes are rolled out, judged and trained on.
    RUNNING(false),
    /// Nothing new is issued.
    PAUSED(false),
    /// The last phase is done or the model is exported; the other is to come.
    COMPLETING(false),
    COMPLETED(true),
    FAILED(true),
    CANCELLED(true);

    private final boolean terminal;

    RunState(boolean terminal) {
        this.terminal = terminal;
    }

    /// Whether nothing more happens.
    public boolean terminal() {
        return terminal;
    }

    /// The name at the API, lower case.
    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
