package dev.hone.cli;

import dev.hone.contracts.run.RunState;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Follows a run to its end and says how it goes: step, reward, tokens per second, time left.
final class RunFollower {

    private static final Duration EVERY = Duration.ofMillis(500);

    /// Episodes are counted once in so many looks.
    private static final int LOOKS_A_COUNT = 4;

    private final GatewayClient gateway;
    private final String run;
    private final Interruption interruption;
    private final Consumer<String> told;
    private @Nullable RunState state;
    private int shown;
    private int looks;
    private long tenths;

    /// @param told how it goes, line by line
    RunFollower(GatewayClient gateway, String run, Interruption interruption, Consumer<String> told) {
        this.gateway = gateway;
        this.run = run;
        this.interruption = interruption;
        this.told = told;
    }

    /// Returns when the run has ended, or the user has asked to stop.
    ///
    /// @return the run as the gateway shows it
    JsonNode follow() throws InterruptedException {
        JsonNode view = look();
        while (!Training.state(view).terminal() && !interruption.await(EVERY)) {
            view = look();
        }
        return view;
    }

    /// Returns when the run has ended, or after so long, whatever the user asks.
    ///
    /// @return the run as the gateway shows it
    JsonNode end(Duration atMost) throws InterruptedException {
        look();
        gateway.awaitEnd(run, atMost);
        return look();
    }

    private JsonNode look() {
        JsonNode view = gateway.get(GatewayClient.run(run));
        showNewSteps(view);
        RunState now = Training.state(view);
        if (now != state) {
            state = now;
            String waits = view.path("waiting").asString("");
            told.accept("Run " + run + " is " + now.label() + (waits.isEmpty() ? "" : ". " + waits));
        }
        if (now == RunState.RUNNING && Training.evaluates(view) && looks++ % LOOKS_A_COUNT == 0) {
            showEpisodes();
        }
        return view;
    }

    /// Says each time that another tenth of an evaluation's episodes is done.
    private void showEpisodes() {
        JsonNode summary = gateway.get(GatewayClient.run(run) + "/summary");
        long issued = summary.path("episodes_issued").asLong(0);
        long done = summary.path("episodes_judged").asLong(0)
                + summary.path("episodes_given_up").asLong(0);
        if (issued > 0 && 10 * done / issued > tenths) {
            tenths = 10 * done / issued;
            told.accept("%d of %d episodes".formatted(done, issued));
        }
    }

    private void showNewSteps(JsonNode view) {
        JsonNode rows = gateway.get(GatewayClient.run(run) + "/steps").path("steps");
        for (; shown < rows.size(); shown++) {
            told.accept(StepLine.of(rows.get(shown), view));
        }
    }
}
