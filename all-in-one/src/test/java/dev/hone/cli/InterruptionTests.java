package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A run is stopped and gone on with, seen from the command line; the gateway answers by a script.
class InterruptionTests {

    private static final String PAUSE = "POST /api/v1/runs/r/pause";
    private static final String VIEW = "GET /api/v1/runs/r";
    private static final String STEPS = "GET /api/v1/runs/r/steps";
    private static final String EVENTS = "GET /api/v1/runs/r/events";
    private static final String SUMMARY = "GET /api/v1/runs/r/summary";

    private final Interruption interruption = new Interruption();
    private TestingGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new TestingGateway()
                .on(STEPS, 200, "{\"steps\": []}")
                .on(SUMMARY, 200, "{\"steps\": 3}")
                .on(EVENTS, 200, "");
        interruption.request();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aRunThatIsUnderWayIsPausedAndTheWayToGoOnIsTold() {
        gateway.on(VIEW, 200, state("running")).on(PAUSE, 200, state("paused"));
        TestingTerminal terminal = follow();
        assertThat(terminal.code()).isEqualTo(Main.INTERRUPTED);
        assertThat(terminal.err())
                .containsExactly("Run r is running", "Stopped. Go on with: ./hone train --resume --data-dir /data");
        assertThat(terminal.out()).isEmpty();
    }

    @Test
    void anEvaluationThatIsUnderWayIsCancelled() {
        String running = state("running").replace("{", "{\"config\": {\"trainerCommon\": {\"valOnly\": true}}, ");
        gateway.on(VIEW, 200, running).on("POST /api/v1/runs/r/cancel", 200, state("cancelled"));
        gateway.on(SUMMARY, 200, "{\"episodes_issued\": 40, \"episodes_judged\": 11, \"episodes_given_up\": 1}");
        TestingTerminal terminal = follow();
        assertThat(terminal.code()).isEqualTo(Main.INTERRUPTED);
        assertThat(terminal.err())
                .containsExactly(
                        "Run r is running",
                        "12 of 40 episodes",
                        "Stopped. An evaluation is not gone on with; call it again to begin anew.");
    }

    @Test
    void aRunThatIsCompletingIsSummedUpOnceItHasCompleted() {
        gateway.on(VIEW, 200, state("completing"), state("completing"), state("completed"))
                .on(PAUSE, 409, "{\"detail\": \"Run r is completing; it cannot be paused now.\"}");
        TestingTerminal terminal = follow();
        assertThat(terminal.code()).isEqualTo(Main.OK);
        assertThat(terminal.err()).contains("Run r is completed", "Trained model: /export");
        assertThat(terminal.out()).singleElement().asString().startsWith("{\"steps\":3,");
    }

    @Test
    void aRunThatFailsMeanwhileIsToldAsFailed() {
        gateway.on(VIEW, 200, state("running"), "{\"state\": \"failed\", \"failure\": {\"message\": \"no memory\"}}")
                .on(PAUSE, 409, "{\"detail\": \"Run r is failed and stays so.\"}");
        TestingTerminal terminal = follow();
        assertThat(terminal.code()).isEqualTo(Main.FAILED);
        assertThat(terminal.err()).endsWith("hone: Run r failed: no memory");
    }

    @Test
    void aKilledRunThatEndsWhileThePlatformStartsIsTheOneToGoOnWith() {
        gateway.on("GET /api/v1/runs", 200, """
                {"runs": [{"run": "r", "state": "completed", "endedAt": "2026-01-01T12:00:00.5Z"},
                          {"run": "old", "state": "failed", "endedAt": "2026-01-01T11:00:00Z"}]}""");
        gateway.on(VIEW, 200, state("completed"));
        assertThat(training().resume(null, Instant.parse("2026-01-01T12:00:00Z")))
                .isEqualTo("r");
        assertThatThrownBy(() -> training().resume(null, Instant.parse("2026-01-01T12:00:01Z")))
                .isInstanceOf(UserErrorException.class)
                .hasMessageContaining("There is no stopped run in /data");
    }

    private TestingTerminal follow() {
        return TestingTerminal.of(() -> training().follow("r"));
    }

    private Training training() {
        return new Training(gateway.client(), interruption, Path.of("/data"), true);
    }

    private static String state(String state) {
        return "{\"run\": \"r\", \"state\": \"%s\", \"export\": \"/export\"}".formatted(state);
    }
}
