package dev.hone.learner.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The runs and their states. What writes does it in the caller's transaction.
@Component
public class Runs {
    private static final List<RunState> TERMINAL =
            Arrays.stream(RunState.values()).filter(RunState::terminal).toList();

    private final RunRows rows;

    Runs(RunRows rows) {
        this.rows = rows;
    }

    /// Takes a run in; one that is known, be it as cancelled, stays as it is.
    void submit(RunId run, RunConfig config) {
        rows.submit(run.value(), EventCodec.json().writeValueAsString(config));
    }

    /// Ends a run that has not ended; one that is not known yet will never begin.
    void cancel(RunId run) {
        rows.cancel(run.value(), TERMINAL.stream().map(Enum::name).toList());
    }

    /// Moves a run on.
    ///
    /// @return false if it is in a state from which this one does not follow, for example cancelled meanwhile
    public boolean move(RunId run, RunState to, @Nullable Failure failure) {
        List<RunState> from = Arrays.stream(RunState.values())
                .filter(state -> state.next().contains(to))
                .toList();
        String code = failure == null ? null : failure.code();
        String message = failure == null ? null : failure.message();
        return rows.move(run.value(), from, to, code, message, Instant.now()) == 1;
    }

    /// The run; empty if it was never submitted.
    public Optional<KnownRun> find(RunId run) {
        return rows.findByRunAndConfigIsNotNull(run.value()).map(RunRow::known);
    }

    /// The oldest run that has not ended.
    public Optional<KnownRun> nextDue() {
        return rows.findFirstByConfigIsNotNullAndStateNotInOrderByPosition(TERMINAL)
                .map(RunRow::known);
    }
}
