package dev.hone.contracts.run;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// How far a run is. Each service declares which state may follow which, as far as it sees it.
public enum RunState {
    /// Told to the services; none has loaded what it needs.
    SUBMITTED(false),
    /// The dataset is read or the model is loaded; the other is to come.
    PREPARING(false),
    /// Episodes are rolled out, judged and trained on.
    RUNNING(false),
    /// Nothing new is issued; what is in flight goes on.
    PAUSED(false),
    /// The last phase is done or the model is exported; the other is to come.
    COMPLETING(false),
    COMPLETED(true),
    FAILED(true),

    /// It did not reach in time what one of its gates asks for.
    GATE_FAILED(true),
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
