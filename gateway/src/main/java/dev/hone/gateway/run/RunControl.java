package dev.hone.gateway.run;

import dev.hone.contracts.Topics;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunState;
import dev.hone.gateway.event.RunEvents;
import dev.hone.gateway.problem.ApiException;
import dev.hone.messaging.Outbox;
import java.time.Clock;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/// A person steers a run. Asking for what is so already changes nothing.
@Service
class RunControl {

    private final Runs runs;
    private final RunEvents events;
    private final Outbox outbox;
    private final Clock clock;

    RunControl(Runs runs, RunEvents events, Outbox outbox, Clock clock) {
        this.runs = runs;
        this.events = events;
        this.outbox = outbox;
        this.clock = clock;
    }

    /// @throws ApiException 404 if there is no such run, 409 if its state does not allow it
    @Transactional
    Run control(String name, RunControlled.Action action) {
        Run run = RunLookup.seen(runs.lock(name), name);
        if (isSo(run.state(), action)) {
            return run;
        }
        try {
            switch (action) {
                case PAUSE -> run.pause(clock.instant());
                case RESUME -> run.resume(clock.instant());
                case CANCEL -> run.cancel(clock.instant());
            }
        } catch (IllegalStateException e) {
            throw ApiException.conflict("The run's state does not allow it", advice(run, action));
        }
        events.append(name, RunEvents.RUN, RunChange.of(run));
        outbox.publish(Topics.RUN_CONTROLLED, new RunControlled(run.id(), action, "asked for", clock.instant()));
        return run;
    }

    private static boolean isSo(RunState state, RunControlled.Action action) {
        return switch (action) {
            case PAUSE -> state == RunState.PAUSED;
            case RESUME -> state == RunState.SUBMITTED || state == RunState.PREPARING || state == RunState.RUNNING;
            case CANCEL -> state == RunState.CANCELLED;
        };
    }

    private static String advice(Run run, RunControlled.Action action) {
        String state = run.state().label();
        if (run.state().terminal()) {
            return "Run " + run.name() + " is " + state + " and stays so; submit a new one under another name.";
        }
        return "Run " + run.name() + " is " + state + "; it cannot be "
                + (action == RunControlled.Action.PAUSE ? "paused" : "resumed")
                + " now. Wait for its end, or cancel it.";
    }
}
