package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.LedgerReport;
import dev.hone.contracts.task.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The gateway over HTTP, with a real broker and database; the services behind it answer as a test says.
class GatewayIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final TestingServices SERVICES = TestingGateway.SERVICES;
    private static TestingApi api;
    private static TestingEvents events;

    @BeforeAll
    static void start() {
        api = TestingGateway.API;
        events = TestingGateway.EVENTS;
    }

    @AfterEach
    void forget() {
        SERVICES.problems = List.of();
        SERVICES.checked.clear();
    }

    private static String file(String name) {
        return """
                hone:
                  experiment_name: %s
                  model: {path: some/model}
                  trainer_common: {total_training_steps: 1}
                """.formatted(name);
    }

    @Test
    void aSubmittedRunIsCheckedStoredAndTold() throws Exception {
        TestingApi.Answer answer = api.submit("/api/v1/runs", file("told"));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.location()).isEqualTo("/api/v1/runs/told");
        assertThat(answer.json().path("run").asString()).isEqualTo("told");
        List<RunConfig> checked = SERVICES.checked.stream()
                .filter(config -> config.experimentName().equals("told"))
                .toList();
        assertThat(checked)
                .hasSize(4)
                .allSatisfy(config ->
                        assertThat(config.model().path()).startsWith("/").endsWith("some/model"));
        RunSubmitted event = events.next(Topics.RUN_SUBMITTED, RunSubmitted.class, "told");
        assertThat(event.config()).isEqualTo(checked.getFirst());
        assertThat(api.get("/api/v1/runs/told").json().path("state").asString()).isEqualTo("submitted");
    }

    @Test
    void aRunWithoutANameIsNumbered() throws Exception {
        String file = "hone: {project_name: Numbered Project, model: {path: m}}";
        assertThat(api.submit("/api/v1/runs", file).json().path("run").asString())
                .isEqualTo("numbered-project-1");
        assertThat(api.submit("/api/v1/runs", file).json().path("run").asString())
                .isEqualTo("numbered-project-2");
    }

    @Test
    void aTakenNameIsRefusedWithTheWayOut() throws Exception {
        api.submit("/api/v1/runs", file("taken"));
        TestingApi.Answer again = api.submit("/api/v1/runs", file("taken"));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("detail").asString()).contains("experiment_name", "/api/v1/runs/taken/resume");
        api.post("/api/v1/runs/taken/cancel");
        assertThat(api.submit("/api/v1/runs", file("taken"))
                        .json()
                        .path("detail")
                        .asString())
                .contains("which is cancelled")
                .doesNotContain("/resume");
    }

    @Test
    void jsonSaysTheSameAsYaml() throws Exception {
        String json = """
                {"hone": {"experiment_name": "same", "model": {"path": "some/model"},
                          "trainer_common": {"total_training_steps": 1}}}""";
        JsonNode one = api.submit("/api/v1/runs?validate=true", json, "Content-Type", "application/json")
                .json();
        assertThat(one.path("config").isObject()).isTrue();
        assertThat(one)
                .isEqualTo(
                        api.submit("/api/v1/runs?validate=true", file("same")).json());
    }

    @Test
    void aRequestThatIsNoSubmissionIsToldWhatWouldBe() throws Exception {
        String form = "application/x-www-form-urlencoded"; // what curl says unless told otherwise
        assertThat(detail(api.submit("/api/v1/runs", file("form"), "Content-Type", form), 415))
                .contains(form, "Content-Type: application/yaml");
        assertThat(detail(api.submit("/api/v1/runs", ""), 400))
                .contains("Send the file of a run, with curl by --data-binary @FILE.");
        assertThat(detail(api.get("/api/v1/nothing"), 404)).contains("nothing at /api/v1/nothing", "/swagger-ui.html");
        assertThat(detail(api.post("/api/v1/runs/x/steps"), 405)).contains("POST", "[GET]");
    }

    private static String detail(TestingApi.Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.json().path("detail").asString();
    }

    @Test
    void anUnknownKeyIsAProblemThatNamesTheNearest() throws Exception {
        TestingApi.Answer answer = api.submit("/api/v1/runs", "hone: {rollout: {num_repeet: 4}}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        JsonNode error = answer.json().path("errors").get(0);
        assertThat(error.path("key").asString()).isEqualTo("hone.rollout.num_repeet");
        assertThat(error.path("message").asString()).contains("num_repeat");
        assertThat(SERVICES.checked).isEmpty();
    }

    @Test
    void whatAServiceFindsIsListedAndNothingIsStored() throws Exception {
        SERVICES.problems = List.of(new PreflightReport.Problem("hone.model.path", "has no weights; choose another."));
        TestingApi.Answer answer = api.submit("/api/v1/runs", file("refused"));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("errors").size()).isEqualTo(1); // the four fakes say the same
        assertThat(answer.json().path("detail").asString())
                .isEqualTo("hone.model.path has no weights; choose another.");
        assertThat(api.get("/api/v1/runs/refused").status()).isEqualTo(404);
    }

    @Test
    void validatingStoresNothing() throws Exception {
        TestingApi.Answer answer = api.submit("/api/v1/runs?validate=true", file("dry"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("valid").asBoolean()).isTrue();
        assertThat(api.get("/api/v1/runs/dry").status()).isEqualTo(404);
    }

    @Test
    void pauseResumeAndCancelAreToldAndEndTheStream() throws Exception {
        api.submit("/api/v1/runs", file("steered"));
        assertThat(api.post("/api/v1/runs/steered/pause").json().path("state").asString())
                .isEqualTo("paused");
        assertThat(api.post("/api/v1/runs/steered/pause").status()).isEqualTo(200);
        assertThat(events.next(Topics.RUN_CONTROLLED, RunControlled.class, "steered")
                        .action())
                .isEqualTo(RunControlled.Action.PAUSE);
        assertThat(api.post("/api/v1/runs/steered/resume").json().path("state").asString())
                .isEqualTo("submitted");
        assertThat(api.post("/api/v1/runs/steered/cancel").json().path("state").asString())
                .isEqualTo("cancelled");
        TestingApi.Answer late = api.post("/api/v1/runs/steered/resume");
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().path("detail").asString()).contains("cancelled", "another name");
        assertThat(api.events("steered", 0))
                .extracting(event -> event.data().path("state").asString())
                .containsExactly("submitted", "paused", "submitted", "cancelled");
        assertThat(api.post("/api/v1/runs/nobody/pause").status()).isEqualTo(404);
    }

    @Test
    void eventsBecomeTheCurveTheEpisodesAndTheSummary() throws Exception {
        api.submit("/api/v1/runs", file("curve"));
        RunId run = new RunId("curve");
        events.tell(Topics.LEARNER_RUN_REPORTED, events.reported(run, RunReported.State.PREPARED, Map.of()));
        events.tell(Topics.TASK_RUN_REPORTED, events.reported(run, RunReported.State.PREPARED, Map.of("steps", "1")));
        events.tell(Topics.POLICY_UPDATED, new PolicyUpdated(run, 0, "sha256:0", NOW));
        state("curve", "running");
        events.tell(Topics.EPISODE_JUDGED, events.judged(run, 0, true, 1.0));
        events.tell(Topics.EPISODE_FINISHED, events.finished(run, 0));
        events.tell(Topics.EPISODE_FINISHED, events.finished(run, 1));
        events.tell(Topics.EPISODE_JUDGED, events.judged(run, 1, false, 0.1));
        Phase train = new Phase(Purpose.TRAIN, 1, 1, false);
        GroupClosed closed = new GroupClosed(
                run,
                train,
                0,
                "t",
                List.of(new GroupClosed.Member(0, 0, 1.0, true), new GroupClosed.Member(1, 0, 0.1, false)),
                List.of(new GroupClosed.GivenUp(2, 3, new Failure("generate-timeout", "slow", true))));
        events.tell(Topics.GROUP_CLOSED, closed);
        events.tell(Topics.GROUP_CLOSED, closed);
        events.tell(
                Topics.GROUP_CLOSED,
                new GroupClosed(run, train, 1, "u", List.of(new GroupClosed.Member(0, 0, 1.0, true)), List.of(), true));
        // The export is told before the steps: topics overtake one another.
        events.tell(
                Topics.LEARNER_RUN_REPORTED,
                events.reported(run, RunReported.State.COMPLETED, Map.of("export", "/out")));
        events.step(run, new Phase(Purpose.EVAL, 0, 1, false), Map.of("accuracy", 0.4, "habits/missing_print", 0.3));
        events.step(run, train, Map.of("reward/mean", 0.55));
        events.step(run, train, Map.of("reward/mean", 0.99)); // delivered twice: the first counts
        events.step(run, new Phase(Purpose.EVAL, 1, 1, true), Map.of("accuracy", 0.9, "habits/missing_print", 0.0));

        List<TestingApi.Sse> stream = api.events("curve", 0);
        state("curve", "completed");
        assertThat(stream).extracting(TestingApi.Sse::name).contains("run", "step", "evaluation", "progress");
        assertThat(stream).extracting(TestingApi.Sse::id).isSorted().doesNotHaveDuplicates();
        assertThat(stream.stream().filter(event -> event.name().equals("progress")))
                .hasSize(2)
                .last()
                .satisfies(event -> {
                    assertThat(event.data().path("groupsClosed").asInt()).isEqualTo(1);
                    assertThat(event.data().path("groupsReplaced").asInt()).isEqualTo(1);
                    assertThat(event.data().path("judged").asInt()).isEqualTo(3);
                    assertThat(event.data().path("givenUp").asInt()).isEqualTo(1);
                });
        TestingApi.Sse middle = stream.get(2);
        assertThat(api.events("curve", middle.id())).isEqualTo(stream.subList(3, stream.size()));

        JsonNode steps = api.get("/api/v1/runs/curve/steps").json().path("steps");
        assertThat(steps.valueStream()
                        .map(row -> row.path("purpose").asString()
                                + row.path("step").asInt()))
                .containsExactly("eval0", "train1", "eval1");
        assertThat(steps.get(1).path("metrics").path("reward/mean").asDouble()).isEqualTo(0.55);
        LedgerReport.Counts counts = new LedgerReport.Counts(3, 5, 0, 2, 1, 2, 0, 0, 0, Map.of());
        LedgerReport.Counts evaluated = new LedgerReport.Counts(2, 2, 0, 2, 0, 0, 2, 0, 0, Map.of());
        SERVICES.answers.put(
                "/api/v1/runs/curve/ledger",
                EventCodec.json()
                        .writeValueAsString(new LedgerReport(run, RunState.COMPLETED, null, counts, evaluated)));
        JsonNode summary = api.get("/api/v1/runs/curve/summary").json();
        assertThat(summary.path("reward_first3").asDouble()).isEqualTo(0.55);
        assertThat(summary.path("accuracy_before").asDouble()).isEqualTo(0.4);
        assertThat(summary.path("accuracy_after").asDouble()).isEqualTo(0.9);
        assertThat(summary.path("missing_print_after").asDouble()).isZero();
        assertThat(summary.path("episodes_issued").asInt()).isEqualTo(5);
        assertThat(summary.path("episodes_given_up").asInt()).isEqualTo(1);
        assertThat(api.get("/actuator/prometheus").text()).contains("hone_run_reward_mean", "run=\"curve\"");
        assertThat(api.get("/api/v1/runs/curve").json().path("export").asString())
                .isEqualTo("/out");
        searchEpisodes();
    }

    private static void searchEpisodes() throws Exception {
        String episodes = "/api/v1/runs/curve/episodes";
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode page = api.get(episodes + "?state=judged").json();
            assertThat(page.path("episodes").valueStream())
                    .hasSize(2)
                    .allSatisfy(row -> assertThat(row.path("turns").asInt()).isEqualTo(2));
        });
        assertThat(samples(episodes + "?success=false&cause=wrong&maxReward=0.5&habit=early_answer"))
                .containsExactly(1);
        assertThat(samples(episodes + "?state=given_up&cause=generate-timeout")).containsExactly(2);
        assertThat(api.get("/api/v1/runs/curve/causes?step=1")
                        .json()
                        .path("causes")
                        .valueStream()
                        .map(JsonNode::toString))
                .containsExactly(
                        cause("given_up", "generate-timeout", "null"),
                        cause("judged", "none", "1.0"),
                        cause("judged", "wrong", "0.1"));
        assertThat(api.get("/api/v1/runs/curve/causes?purpose=eval")
                        .json()
                        .path("causes")
                        .size())
                .isZero();
        assertThat(detail(api.get("/api/v1/runs/curve/causes?purpose=both"), 400))
                .contains("train or eval");
        JsonNode first = api.get(episodes + "?limit=2").json();
        assertThat(samples(episodes + "?limit=2&after=" + first.path("next").asString()))
                .containsExactly(2);
        assertThat(api.get(episodes + "?limit=501").status()).isEqualTo(400);
        assertThat(detail(api.get(episodes + "?minReward=high"), 400)).startsWith("'high' does not fit minReward.");
        assertThat(detail(api.get(episodes + "?state=flying"), 400)).contains("'flying'", "given_up");
        assertThat(samples(episodes + "?state=judged&cause=&step=&habit=&success=&minReward="))
                .as("what a form leaves empty is no condition")
                .isEqualTo(samples(episodes + "?state=judged"))
                .isNotEmpty();
        String one = episodes + "/train/1/0/1";
        SERVICES.answers.put(one, "{\"messages\": [\"hello\"]}");
        SERVICES.answers.put(one + "/verdict", "{\"verdict\": {\"reward\": 0.1}}");
        JsonNode detail = api.get(one).json();
        assertThat(detail.path("attempts").get(0).path("reward").asDouble()).isEqualTo(0.1);
        assertThat(detail.path("rollout").path("messages").get(0).asString()).isEqualTo("hello");
        assertThat(detail.path("verdict").path("verdict").path("reward").asDouble())
                .isEqualTo(0.1);
        assertThat(api.get(episodes + "/train/1/0/9").status()).isEqualTo(404);
    }

    private static String cause(String state, String cause, String meanReward) {
        return "{\"purpose\":\"train\",\"step\":1,\"state\":\"" + state + "\",\"cause\":\"" + cause
                + "\",\"episodes\":1,\"meanReward\":" + meanReward + "}";
    }

    @Test
    void aRejudgementIsAskedForThroughTheGateway() throws Exception {
        api.submit("/api/v1/runs", file("judged"));
        String path = "/api/v1/runs/judged/rejudgements";
        SERVICES.answers.put(path, "{\"id\": \"0a\"}");
        SERVICES.answers.put(path + "/0a/report", "{\"compared\": 3}");
        String judge = "hone: {task_judge: {weights: {math_answer: 1.0}}}";
        assertThat(api.submit(path + "?fromStep=2&cause=wrong&label=x", judge)
                        .json()
                        .path("id")
                        .asString())
                .isEqualTo("0a");
        RejudgeRequest sent = EventCodec.json().readValue(SERVICES.received.get("POST " + path), RejudgeRequest.class);
        assertThat(sent.judge().weights()).isEqualTo(Map.of("math_answer", 1.0));
        assertThat(sent.selection()).isEqualTo(new RejudgeRequest.Selection(null, 2, null, "wrong", null));
        assertThat(sent.label()).isEqualTo("x");
        assertThat(api.get(path + "/0a/report?after=a/b&limit=5")
                        .json()
                        .path("compared")
                        .asInt())
                .isEqualTo(3);
        assertThat(SERVICES.received).containsKey("GET " + path + "/0a/report?limit=5&after=a%2Fb");
        assertThat(api.get(path + "/0b").status()).isEqualTo(404);
        assertThat(detail(api.submit(path, "hone: {task_judge: {weight: 1}}"), 422))
                .contains("weights");
        assertThat(detail(api.submit(path + "?purpose=both", judge), 422)).contains("train or eval");
        assertThat(api.submit("/api/v1/runs/nobody/rejudgements", judge).status())
                .isEqualTo(404);
        SERVICES.status = 422;
        SERVICES.answers.put(path, "{\"detail\": \"The judge cannot work.\"}");
        assertThat(detail(api.submit(path, judge), 422)).isEqualTo("The judge cannot work.");
        SERVICES.status = 200;
    }

    @Test
    void anAgentInAnotherProcessBeginsEpisodesUntilTheRunHasEnded() throws Exception {
        api.submit("/api/v1/runs", file("outside"));
        SERVICES.answers.put("/api/v1/runs/outside/episodes/begin", "{\"episode\": \"outside/train/1/0/0/0\"}");

        assertThat(api.post("/api/v1/runs/outside/episodes/begin?wait_seconds=1")
                        .json()
                        .path("episode")
                        .asString())
                .isEqualTo("outside/train/1/0/0/0");
        api.post("/api/v1/runs/outside/cancel");

        TestingApi.Answer late = api.post("/api/v1/runs/outside/episodes/begin");
        assertThat(late.status()).isEqualTo(410);
        assertThat(late.json().path("detail").asString()).contains("'outside' is cancelled");
        assertThat(api.post("/api/v1/runs/nobody/episodes/begin").status()).isEqualTo(404);
    }

    @Test
    void aFailedRunSaysWhyAndTheOthersAreTold() throws Exception {
        api.submit("/api/v1/runs", file("failing"));
        Failure failure = new Failure("out-of-memory", "The model needs 40 GB; take a smaller one.", false);
        events.tell(
                Topics.LEARNER_RUN_REPORTED,
                new RunReported(new RunId("failing"), RunReported.State.FAILED, failure, Map.of(), NOW));
        state("failing", "failed");
        assertThat(api.get("/api/v1/runs/failing")
                        .json()
                        .path("failure")
                        .path("message")
                        .asString())
                .isEqualTo(failure.message());
        RunControlled told = events.next(Topics.RUN_CONTROLLED, RunControlled.class, "failing");
        assertThat(told.action()).isEqualTo(RunControlled.Action.CANCEL);
        assertThat(told.reason()).isEqualTo(failure.message());
    }

    @Test
    void aRunThatMissesItsGateEndsWithTheCurve() throws Exception {
        String gated = file("gated") + "  gates: [{metric: reward/mean, min: 0.85, by_step: 1}]\n";
        assertThat(api.submit("/api/v1/runs", gated).status()).isEqualTo(201);
        events.step(
                new RunId("gated"), new Phase(Purpose.TRAIN, 1, 1, false), Map.of("reward/mean", 0.5, "accuracy", 0.1));
        state("gated", "gate_failed");
        JsonNode run = api.get("/api/v1/runs/gated").json();
        assertThat(run.path("failure").path("code").asString()).isEqualTo("gate-failed");
        assertThat(run.path("failure").path("message").asString()).contains("nearest was 0.5 at step 1");
        JsonNode gate = run.path("gates").get(0);
        assertThat(gate.path("standing").asString()).isEqualTo("failed");
        assertThat(gate.path("curve").get(0).path("value").asDouble()).isEqualTo(0.5);
        assertThat(api.get("/api/v1/runs/gated/steps").json().path("steps").size())
                .isEqualTo(1);
        assertThat(events.next(Topics.RUN_CONTROLLED, RunControlled.class, "gated")
                        .action())
                .isEqualTo(RunControlled.Action.CANCEL);
        assertThat(api.events("gated", 0).getLast().data().path("state").asString())
                .isEqualTo("gate_failed");
    }

    @Test
    void theApiDescribesItselfAndNothingElse() throws Exception {
        JsonNode document = api.get("/v3/api-docs").json();
        assertThat(document.path("openapi").asString()).startsWith("3.1");
        JsonNode paths = document.path("paths");
        assertThat(paths.propertyNames())
                .containsExactlyInAnyOrder(
                        "/api/v1/runs",
                        "/api/v1/runs/{run}",
                        "/api/v1/runs/{run}/fork",
                        "/api/v1/runs/{run}/trackers",
                        "/api/v1/runs/compare",
                        "/api/v1/datasets",
                        "/api/v1/judges",
                        "/api/v1/dead-letters",
                        "/api/v1/dead-letters/{topic}/replay",
                        "/api/v1/keys",
                        "/api/v1/keys/{id}/revoke",
                        "/api/v1/audit",
                        "/api/v1/models",
                        "/api/v1/models/{run}",
                        "/api/v1/models/{run}/{version}",
                        "/api/v1/models/{run}/{version}/download",
                        "/api/v1/runs/{run}/pause",
                        "/api/v1/runs/{run}/resume",
                        "/api/v1/runs/{run}/cancel",
                        "/api/v1/runs/{run}/steps",
                        "/api/v1/runs/{run}/summary",
                        "/api/v1/runs/{run}/events",
                        "/api/v1/runs/{run}/causes",
                        "/api/v1/runs/{run}/rejudgements",
                        "/api/v1/runs/{run}/rejudgements/{id}",
                        "/api/v1/runs/{run}/rejudgements/{id}/report",
                        "/api/v1/runs/{run}/episodes",
                        "/api/v1/runs/{run}/episodes/begin",
                        "/api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}",
                        "/api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/tokens");
        paths.forEach(path -> path.forEach(operation -> {
            assertThat(operation.path("summary").asString(""))
                    .as("%s", operation)
                    .isNotBlank();
            assertThat(operation.path("responses").path("400").toString())
                    .as("%s", operation)
                    .contains("application/problem+json", "#/components/schemas/Problem");
        }));
        // What is answered to who makes a key is kept for nobody.
        assertThat(paths.propertyStream()
                        .filter(path -> path.getValue().has("post"))
                        .filter(path -> !path.getKey().equals("/api/v1/keys")))
                .allSatisfy(path -> assertThat(
                                path.getValue().path("post").path("parameters").toString())
                        .contains("Idempotency-Key"));
        assertThat(paths.path("/api/v1/runs/{run}/rejudgements")
                        .path("post")
                        .path("requestBody")
                        .path("content")
                        .propertyNames())
                .containsExactly("application/yaml", "application/json");
        assertThat(api.get("/").text()).contains("href=\"/swagger-ui.html\"");
        assertThat(api.get("/swagger-ui/index.html").status()).isEqualTo(200);
    }

    @Test
    void tokensCarryWhatAnUpdateMadeOfThemAndPagesEscapeWhatAModelWrote() throws Exception {
        TestingRun run = new TestingRun("tokens", api, events, SERVICES);
        run.tokens(run.episode(Purpose.TRAIN, 1, 0, false), 12);
        String path = "/api/v1/runs/tokens/episodes/train/1/0/0/tokens";
        JsonNode page = api.get(path + "?from=3&limit=2").json();
        assertThat(page.path("total").asInt()).isEqualTo(12);
        assertThat(page.path("next").asInt()).isEqualTo(5);
        assertThat(page.path("trained").asBoolean()).isTrue();
        assertThat(page.path("tokens").get(0).path("inLoss").asBoolean()).isFalse();
        assertThat(page.path("tokens").get(0).path("advantage").isNull()).isTrue();
        JsonNode sampled = page.path("tokens").get(1);
        assertThat(sampled.path("position").asInt()).isEqualTo(4);
        assertThat(sampled.path("advantage").asDouble()).isEqualTo(1.25);
        assertThat(sampled.path("ratio").asDouble()).isCloseTo(Math.exp(0.5), within(1e-6));
        assertThat(api.get(path + "?from=11").json().path("next").isNull()).isTrue();
        assertThat(detail(api.get(path + "?limit=5001"), 400)).contains("1 to 5000");
        assertThat(detail(api.get(path.replace("/0/0/", "/0/5/")), 404)).contains("keeps no tokens");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                api.get("/runs/tokens/episodes/train/1/0/0").status())
                        .isEqualTo(200));
        assertThat(api.get("/runs/tokens/episodes/train/1/0/0").text())
                .contains("&lt;img src=x", "I compute.")
                .doesNotContain("<img", "onerror=\"");
        assertThat(api.get("/runs/nobody").status()).isEqualTo(404);
        assertThat(api.get("/runs/nobody").text()).contains("<h1>No such run</h1>");
    }

    @Test
    void anUnknownRunIsAProblemThatSaysWhereToLook() throws Exception {
        TestingApi.Answer answer = api.get("/api/v1/runs/nobody/summary");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("detail").asString())
                .isEqualTo("There is no run 'nobody'. GET /api/v1/runs lists them.");
    }

    private static List<Integer> samples(String path) throws Exception {
        return api.get(path)
                .json()
                .path("episodes")
                .valueStream()
                .map(row -> row.path("sample").asInt())
                .toList();
    }

    private static void state(String run, String state) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(api.get("/api/v1/runs/" + run)
                                .json()
                                .path("state")
                                .asString())
                        .isEqualTo(state));
    }
}
