package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What commands make of a gateway's answers; the gateway answers by a script.
class GatewayCommandTests {

    private static final String RUN = "GET /api/v1/runs/a";
    private static final String EVENTS = "GET /api/v1/runs/a/events";
    private static final String COMPARISON = """
            {"runs": [{"run": "a", "state": "completed", "summary": {"steps": 2, "reward_last3": 0.75}},
                      {"run": "b", "state": "gate_failed", "summary": {"steps": 1, "reward_last3": null}}],
             "settings": [{"key": "trainer_common.optim.lr", "values": [0.001, 0.0001]},
                          {"key": "seed", "values": [7, 7]}],
             "metrics": [{"name": "reward/mean", "purpose": "train",
                          "points": [{"step": 1, "values": [0.5, 0.25]}, {"step": 2, "values": [0.75, null]}]},
                         {"name": "reward/mean", "purpose": "eval", "points": [{"step": 0, "values": [0.5, 0.5]}]}]}""";

    @TempDir
    private Path folder;

    private TestingGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new TestingGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void runsAreListedFromAllPages() {
        gateway.on("GET /api/v1/runs", 200, """
                        {"runs": [{"run": "b", "state": "running", "step": 3, "steps": 30,
                                   "submittedAt": "2026-01-02T03:04:05Z", "endedAt": null}], "next": "b 1"}""");
        gateway.on("GET /api/v1/runs?after=b%201", 200, """
                        {"runs": [{"run": "a", "state": "completed", "step": 2, "steps": 2,
                                   "submittedAt": "2026-01-01T03:04:05Z", "endedAt": "2026-01-01T04:04:05Z"}]}""");
        gateway.on("GET /api/v1/runs?state=completed", 200, """
                        {"runs": [{"run": "a", "state": "completed", "step": 2, "steps": 2,
                                   "submittedAt": "2026-01-01T03:04:05Z", "endedAt": "2026-01-01T04:04:05Z"}]}""");
        gateway.on("GET /api/v1/runs?state=flying", 400, """
                        {"detail": "state is 'flying'; choose some of [running]."}""");
        TestingTerminal all = hone("runs");
        assertThat(all.code()).isEqualTo(Main.OK);
        assertThat(all.out()).hasSize(3);
        assertThat(all.out().get(0)).matches("RUN +STATE +STEP +SUBMITTED +ENDED");
        assertThat(all.out().get(1)).matches("b +running +3/30 +2026-01-0[1-3] [0-9:]{8} +-");
        assertThat(hone("runs", "--state", "completed").out())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("a ");
        TestingTerminal refused = hone("runs", "--state", "flying");
        assertThat(refused.code()).isEqualTo(Main.INVALID);
        assertThat(refused.err()).containsExactly("hone: state is 'flying'; choose some of [running].");
        assertThat(hone("runs", "--limit", "1").out())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("b ");
        TestingTerminal json = hone("runs", "--json");
        assertThat(json.out()).hasSize(1);
        assertThat(EventCodec.json().readTree(json.out().getFirst()).path("runs"))
                .hasSize(2);
    }

    @Test
    void runsAreComparedByWhatTheyCameToAndWhereTheyDiffer() {
        gateway.on("GET /api/v1/runs/compare?run=a&run=b", 200, COMPARISON);
        TestingTerminal terminal = hone("compare", "a", "b", "--metric", "reward/mean");
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        assertThat(terminal.out())
                .startsWith(
                        "                      a          b",
                        "state                 completed  gate_failed",
                        "steps                 2          1")
                .contains("reward last3          0.75       -")
                .containsSequence(
                        "Settings that differ",
                        "                             a       b",
                        "trainer_common.optim.lr  0.001  0.0001")
                .containsSequence("Last values of training", "                a     b", "reward/mean  0.75  0.25")
                .containsSequence("reward/mean, train", "step     a     b", "1      0.5  0.25", "2     0.75     -")
                .doesNotContain("seed                         7       7");
        assertThat(hone("compare", "a", "b", "--metric", "none").err())
                .singleElement()
                .asString()
                .contains("metric none", "docs/metrics.md");
        assertThat(EventCodec.json()
                        .readTree(hone("compare", "a", "b", "--json").out().getFirst()))
                .isEqualTo(EventCodec.json().readTree(COMPARISON));
    }

    @Test
    void aVersionThatIsNotOnThisMachineIsFetched() throws IOException {
        gateway.on(RUN, 200, "{\"run\": \"a\", \"state\": \"running\", \"policyVersion\": 4, \"export\": null}");
        gateway.on("GET /api/v1/models/a/3/download", ModelArchiveTests.zip("config.json"));
        gateway.on("GET /api/v1/models/a/4/download", 409, "{\"detail\": \"Version 4 is not kept; there is 3.\"}");
        Path target = folder.resolve("out/model");
        TestingTerminal terminal = hone("export", "a", "--at", "3", "--to", target.toString(), "--json");
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        assertThat(terminal.out()).containsExactly("{\"run\":\"a\",\"version\":3,\"folder\":\"" + target + "\"}");
        assertThat(target.resolve("config.json")).hasContent("content of config.json");

        TestingTerminal again = hone("export", "a", "--at", "3", "--to", target.toString());
        assertThat(again.code()).isEqualTo(Main.INVALID);
        assertThat(again.err()).singleElement().asString().contains(target + " is there already");
        TestingTerminal newest =
                hone("export", "a", "--to", folder.resolve("newest").toString());
        assertThat(newest.code()).isEqualTo(Main.INVALID);
        assertThat(newest.err()).containsExactly("hone: Version 4 is not kept; there is 3.");
        assertThat(folder.resolve("newest")).doesNotExist();
    }

    @Test
    void aRunWithoutAModelHasNothingToExport() {
        gateway.on(RUN, 200, "{\"run\": \"a\", \"state\": \"preparing\", \"policyVersion\": null, \"export\": null}");
        TestingTerminal terminal =
                hone("export", "a", "--to", folder.resolve("x").toString());
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err()).singleElement().asString().contains("a has no model yet: it is preparing");
    }

    @Test
    void logsGoOnAfterABrokenConnectionAndTellFailuresOfEachStep() {
        String running = "{\"state\": \"running\", \"steps\": 1}";
        gateway.on(RUN, 200, running, running, "{\"state\": \"completed\", \"steps\": 1}");
        gateway.on(
                EVENTS,
                200,
                event(7, "progress", """
                        {"purpose":"train","step":1,"groups":4,"groupsClosed":1,"judged":3,"givenUp":1}""")
                        + event(9, "step", "{\"purpose\":\"train\",\"step\":1,\"metrics\":{\"reward/mean\":0.5}}"));
        gateway.breaksOff(EVENTS, ": events of run a\n\n" + event(5, "run", "{\"state\":\"running\"}"));
        gateway.on(EVENTS + "?follow=false", 200, "");
        String episodes = RUN + "/episodes?purpose=train&step=1&state=";
        gateway.on(episodes + "failed&limit=500", 200, "{\"episodes\": [" + attempt("failed", 0) + "]}");
        gateway.on(episodes + "given_up&limit=500", 200, "{\"episodes\": [" + attempt("given_up", 1) + "]}");
        TestingTerminal terminal = hone("logs", "a", "--follow");
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        assertThat(terminal.out())
                .containsExactly(
                        "run running",
                        "train step 1: 1 of 4 groups closed, 3 episodes judged, 1 given up",
                        "step   1/1  reward 0.500",
                        "episode train/1/2/3, attempt 0, task t-9: failed (tool-timeout)",
                        "episode train/1/2/3, attempt 1, task t-9: given up (tool-timeout)");
        assertThat(gateway.calls())
                .filteredOn(call -> call.contains("/events"))
                .containsExactly(EVENTS + " after 0", EVENTS + " after 5", EVENTS + "?follow=false after 9");
    }

    @Test
    void aRunIsSubmittedToAGatewayElsewhereAndFollowedThere() throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), TestingExample.yaml("a", 1));
        gateway.on("POST /api/v1/runs", 202, "{\"run\": \"a\"}");
        gateway.on(RUN, 200, "{\"state\": \"preparing\"}", "{\"state\": \"completed\", \"export\": \"/models/a\"}");
        gateway.on(RUN + "/steps", 200, "{\"steps\": []}");
        gateway.on(RUN + "/summary", 200, "{\"run\": \"a\", \"steps\": 2, \"reward_last3\": 0.75}");
        TestingTerminal terminal = hone("train", "--conf", file.toString(), "--json");
        assertThat(terminal.code()).as(terminal.toString()).isEqualTo(Main.OK);
        assertThat(terminal.err())
                .startsWith("Run a: " + gateway.address() + "/runs/a", "Run a is preparing", "Run a is completed")
                .contains("Trained model: /models/a");
        assertThat(EventCodec.json()
                        .readTree(terminal.out().getFirst())
                        .path("reward_last3")
                        .asDouble())
                .isEqualTo(0.75);

        TestingTerminal resumed = hone("train", "--resume");
        assertThat(resumed.code()).isEqualTo(Main.INVALID);
        assertThat(resumed.err()).singleElement().asString().contains("--server begins a run");
    }

    @Test
    void logsAreLinesOfJsonIfThatIsAskedFor() {
        gateway.on(RUN, 200, "{\"state\": \"running\"}");
        gateway.on(EVENTS + "?follow=false", 200, event(5, "run", "{\"state\":\"running\"}"));
        assertThat(hone("logs", "a", "--json").out())
                .containsExactly("{\"id\":5,\"type\":\"run\",\"data\":{\"state\":\"running\"}}");
    }

    @Test
    void aGatewayThatGoesAwayWhileItIsFollowedIsToldOf() {
        gateway.on(RUN, 200, "{\"state\": \"running\"}");
        gateway.breaksOff(EVENTS, "");
        TestingTerminal terminal = hone("logs", "a", "--follow");
        assertThat(terminal.code()).isEqualTo(Main.NO_GATEWAY);
        assertThat(terminal.err()).singleElement().asString().contains(gateway.address() + " does not answer");
    }

    @Test
    void watchEndsAsTheRunDoes() {
        gateway.on(RUN, 200, "{\"run\":\"a\",\"state\":\"failed\",\"step\":1,\"steps\":2}");
        gateway.on(RUN + "/steps", 200, """
                {"steps": [{"purpose": "train", "step": 1, "metrics": {"reward/mean": 0.5}}]}""");
        gateway.on(RUN + "/summary", 200, "{}");
        TestingTerminal lines = hone("watch", "a");
        assertThat(lines.code()).isEqualTo(Main.FAILED);
        assertThat(lines.out()).containsExactly("step   1/2  reward 0.500", "Run a is failed");
        assertThat(hone("watch", "a", "--json").out())
                .containsExactly("{\"run\":\"a\",\"state\":\"failed\",\"step\":1,\"steps\":2}");
        TestingTerminal once = hone("watch", "a", "--once");
        assertThat(once.code()).isEqualTo(Main.OK);
        assertThat(once.out()).startsWith("Run a is failed  step 1/2").contains("reward             0.500");
    }

    @Test
    void withoutAGatewayTheWayToStartOneIsTold() {
        for (String command : List.of("runs", "show", "logs", "watch", "compare a b", "export a --to x")) {
            TestingTerminal terminal = TestingTerminal.of(() ->
                    Main.run(Stream.concat(Stream.of(command.split(" ")), Stream.of("--data-dir", folder.toString()))
                            .toArray(String[]::new)));
            assertThat(terminal.code()).as(command).isEqualTo(Main.NO_GATEWAY);
            assertThat(terminal.err())
                    .singleElement()
                    .asString()
                    .contains("./hone serve all --data-dir " + folder, "--server URL");
        }
        assertThat(Files.exists(Path.of("x"))).isFalse();
    }

    @Test
    void deadLettersAreListedWithTheirReasonsAndSentBackByOneCommand() {
        gateway.on("GET /api/v1/dead-letters", 200, """
                {"topics": [{"topic": "error.a.v1.x", "waiting": 101, "letters": [
                    {"key": "a/train/1/0", "reason": "refused: why", "at": "2026-01-02T03:04:05Z"}]}]}""");
        gateway.on(
                "POST /api/v1/dead-letters/error.a.v1.x/replay",
                200,
                "{\"topic\": \"error.a.v1.x\", \"replayed\": 101}");
        TestingTerminal list = hone("dead-letters");
        assertThat(list.code()).isEqualTo(Main.OK);
        assertThat(list.out()).hasSize(3);
        assertThat(list.out().get(1)).contains("error.a.v1.x", "a/train/1/0", "refused: why");
        assertThat(list.out().get(2)).contains("and 100 more");
        assertThat(hone("dead-letters", "replay").out()).containsExactly("Sent again: 101 of error.a.v1.x");
        assertThat(hone("dead-letters", "replay", "error.a.v1.x", "--json").out())
                .containsExactly("{\"topics\":[{\"topic\":\"error.a.v1.x\",\"replayed\":101}]}");
        gateway.on("GET /api/v1/dead-letters", 200, "{\"topics\": []}");
        assertThat(hone("dead-letters", "replay").out()).containsExactly("There are no dead letters.");
        assertThat(hone("dead-letters", "burn").code()).isEqualTo(Main.INVALID);
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        TestingTerminal terminal = TestingTerminal.of(() -> Main.run("runs", "--server", "localhost:8080"));
        assertThat(terminal.code()).isEqualTo(Main.INVALID);
        assertThat(terminal.err()).singleElement().asString().contains("localhost:8080", "http://127.0.0.1:8080");
    }

    @Test
    void aBrokenGatewayIsAFailureAndNoRefusal() {
        gateway.on("GET /api/v1/runs", 502, "{\"detail\": \"task-service did not answer\"}");
        TestingTerminal terminal = hone("runs");
        assertThat(terminal.code()).isEqualTo(Main.FAILED);
        assertThat(terminal.err()).containsExactly("hone: task-service did not answer");
    }

    private TestingTerminal hone(String... words) {
        return TestingTerminal.of(() -> Main.run(Stream.concat(
                        Stream.of(words),
                        Stream.of("--server", gateway.address().toString()))
                .toArray(String[]::new)));
    }

    private static String event(int id, String type, String data) {
        return "id:" + id + "\nevent:" + type + "\ndata:" + data.replace("\n", "") + "\n\n";
    }

    private static String attempt(String state, int attempt) {
        return "{\"purpose\": \"train\", \"step\": 1, \"group\": 2, \"sample\": 3, \"attempt\": " + attempt
                + ", \"taskId\": \"t-9\", \"state\": \"" + state + "\", \"cause\": \"tool-timeout\"}";
    }
}
