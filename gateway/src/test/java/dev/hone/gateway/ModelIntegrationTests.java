package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.learner.ModelLocation;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.TrainedBatches;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.DatasetList;
import dev.hone.contracts.task.Phase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

class ModelIntegrationTests {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TestingServices SERVICES = TestingGateway.SERVICES;

    private final TestingApi api = TestingGateway.API;
    private final TestingEvents events = TestingGateway.EVENTS;

    @AfterEach
    void forget() {
        SERVICES.status = 200;
    }

    private void submit(String name) throws Exception {
        assertThat(api.submit("/api/v1/runs", """
                                hone:
                                  experiment_name: %s
                                  model: {path: /some/model}
                                  trainer_common: {output_dir: /some/output, optim: {lr: 1.0e-5, warmup_steps: 2}}
                                """.formatted(name)).status()).isEqualTo(201);
    }

    private static void learnerSays(String path, Record answer) {
        SERVICES.answers.put(path, EventCodec.json().writeValueAsString(answer));
    }

    private static void versions(String run, Integer... kept) {
        learnerSays(
                "/api/v1/runs/" + run + "/versions",
                new ModelVersions(
                        "/some/model",
                        "",
                        List.of(kept),
                        List.of(new ModelVersions.Version(2, "sha256:2", true, NOW)),
                        null));
    }

    @Test
    void aForkBeginsWithTheWeightsOfAStepAndChangedSettings() throws Exception {
        submit("root");
        learnerSays(
                "/api/v1/runs/root/versions/2/directory",
                new ModelLocation(2, "sha256:2", "/some/output/versions/2", ""));
        TestingApi.Answer answer = api.post("/api/v1/runs/root/fork", """
                {"step": 2, "run": "branch", "set": {"trainer_common.optim.lr": 1e-6, "seed": 7}}""");
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.location()).isEqualTo("/api/v1/runs/branch");
        assertThat(answer.json().path("parent").path("run").asString()).isEqualTo("root");
        assertThat(answer.json().path("parent").path("version").asInt()).isEqualTo(2);
        RunSubmitted told = events.next(Topics.RUN_SUBMITTED, RunSubmitted.class, "branch");
        assertThat(told.config().model().path()).isEqualTo("/some/output/versions/2");
        assertThat(told.config().seed()).isEqualTo(7);
        assertThat(told.config().trainerCommon().optim().lr()).isEqualTo(1e-6);
        assertThat(told.config().trainerCommon().optim().warmupSteps()).isEqualTo(2);
        assertThat(told.config().trainerCommon().outputDir()).isEmpty();
    }

    @Test
    void aForkWithoutANameOrStepIsNumberedAndTakesTheNewest() throws Exception {
        submit("plain");
        versions("plain", 0, 10);
        learnerSays("/api/v1/runs/plain/versions/10/directory", new ModelLocation(10, "sha256:a", "/v/10", ""));
        assertThat(api.post("/api/v1/runs/plain/fork").json().path("run").asString())
                .isEqualTo("plain-fork-1");
        JsonNode second = api.post("/api/v1/runs/plain/fork", "{}").json();
        assertThat(second.path("run").asString()).isEqualTo("plain-fork-2");
        assertThat(second.path("parent").path("version").asInt()).isEqualTo(10);
    }

    @Test
    void aForkThatCannotBeSaysWhy() throws Exception {
        submit("stem");
        learnerSays("/api/v1/runs/stem/versions/3/directory", new ModelLocation(3, "sha256:3", "/v/3", ""));
        String fork = "/api/v1/runs/stem/fork";
        assertThat(detail(api.post(fork, "{\"step\": 3, \"set\": {\"trainer_common.optim.lrr\": 1}}"), 422))
                .contains("hone.trainer_common.optim.lrr is no key. Did you mean 'lr'?");
        assertThat(detail(api.post(fork, "{\"step\": 3, \"set\": {\"model.path\": \"/x\"}}"), 422))
                .contains("a fork begins with its parent's weights");
        assertThat(detail(api.post(fork, "{\"step\": 3, \"run\": \"stem\"}"), 409))
                .contains("There is a run stem already");
        assertThat(detail(api.post(fork, "{\"step\": 3, \"settings\": {\"seed\": 1}}"), 400))
                .isEqualTo("The body's key 'settings' means nothing here; known keys: [run, set, step].");
        assertThat(api.post("/api/v1/runs/nobody/fork").status()).isEqualTo(404);
        learnerSays(
                "/api/v1/runs/stem/versions/5/directory",
                new Problem("Run stem keeps no weights of version 5; kept are [0, 3], the nearest is 3."));
        SERVICES.status = 409;
        assertThat(detail(api.post(fork, "{\"step\": 5}"), 409)).contains("kept are [0, 3], the nearest is 3");
    }

    private record Problem(String detail) {}

    private static String detail(TestingApi.Answer answer, int status) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        return answer.json().path("detail").asString();
    }

    @Test
    void lineageLeadsBackToTheRowsThatTrainedAVersion() throws Exception {
        submit("traced");
        RunId run = new RunId("traced");
        events.tell(Topics.POLICY_UPDATED, new PolicyUpdated(run, 2, "sha256:2", NOW));
        events.tell(Topics.EPISODE_FINISHED, events.finished(run, 1));
        events.tell(Topics.EPISODE_JUDGED, events.judged(run, 1, true, 0.75));
        versions("traced", 0, 2);
        EpisodeKey trained = new EpisodeKey(run, Purpose.TRAIN, 1, 0, 1, 0);
        learnerSays(
                "/api/v1/runs/traced/versions/2/batches",
                new TrainedBatches(
                        List.of(new TrainedBatches.Batch(
                                1, 0, 1, "sha256:1", NOW, List.of(new TrainedBatches.Episode(trained, -0.5)))),
                        1));
        String path = "/api/v1/models/traced/2";
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(episode(path).path("reward").asDouble()).isEqualTo(0.75));
        JsonNode lineage = api.get(path).json();
        assertThat(episode(path).path("task").asString()).isEqualTo("t");
        assertThat(episode(path).path("advantage").asDouble()).isEqualTo(-0.5);
        assertThat(lineage.path("checksum").asString()).isEqualTo("sha256:2");
        assertThat(lineage.path("kept").asBoolean()).isTrue();
        assertThat(lineage.path("path").asString()).isEqualTo("/some/model");
        assertThat(lineage.path("config").path("seed").asInt()).isEqualTo(42);
        assertThat(lineage.path("next").asInt()).isEqualTo(1);
        assertThat(detail(api.get("/api/v1/models/traced/9"), 404)).contains("no version 9; its newest is 2");
        JsonNode model = api.get("/api/v1/models/traced").json();
        assertThat(model.path("kept").toString()).isEqualTo("[0,2]");
        assertThat(model.path("versions").get(0).path("version").asInt()).isEqualTo(2);
        assertThat(model.path("model").path("version").asInt()).isEqualTo(2);
    }

    private JsonNode episode(String path) throws Exception {
        return api.get(path).json().path("batches").path(0).path("episodes").path(0);
    }

    @Test
    void aDownloadComesThroughAsItIs() throws Exception {
        submit("loaded");
        SERVICES.answers.put("/api/v1/runs/loaded/versions/2/download", "a tar");
        TestingApi.Answer tar = api.get("/api/v1/models/loaded/2/download");
        assertThat(tar.status()).isEqualTo(200);
        assertThat(tar.contentType()).isEqualTo("application/x-tar");
        assertThat(tar.text()).isEqualTo("a tar");
        assertThat(api.get("/api/v1/models/loaded/3/download").status()).isEqualTo(404);
        assertThat(api.get("/api/v1/models/nobody/3/download").status()).isEqualTo(404);
    }

    @Test
    @Timeout(60) // A hang is what it looks for.
    void aDownloadThatFallsSilentEnds() throws Exception {
        submit("silent");
        // More than the gateway keeps back before it begins to answer, and less.
        SERVICES.stalled.put("/api/v1/runs/silent/versions/1/download", new byte[100_000]);
        SERVICES.stalled.put("/api/v1/runs/silent/versions/2/download", new byte[10]);
        try (ConfigurableApplicationContext impatient =
                        TestingGateway.another("impatient", SERVICES, "--hone.services.timeout=200ms");
                TestingApi other = new TestingApi(TestingGateway.address(impatient))) {
            other.submit("/api/v1/runs", "hone: {experiment_name: silent, model: {path: m}}");
            assertThatThrownBy(() -> other.get("/api/v1/models/silent/1/download"))
                    .isInstanceOf(IOException.class);
            assertThat(detail(other.get("/api/v1/models/silent/2/download"), 502))
                    .contains("learner-service is up", "Read timed out");
        }
    }

    @Test
    void runsAndModelsAreListedAPageAtATimeAndByState() throws Exception {
        for (int i = 0; i < 5; i++) {
            submit("paged-" + i);
        }
        api.post("/api/v1/runs/paged-3/cancel");
        assertThat(names("/api/v1/runs", "runs")).containsSubsequence("paged-4", "paged-3", "paged-2", "paged-1");
        assertThat(names("/api/v1/models", "models")).containsSubsequence("paged-4", "paged-3", "paged-2", "paged-1");
        JsonNode first = api.get("/api/v1/runs?limit=2").json();
        assertThat(first.path("runs").size()).isEqualTo(2);
        JsonNode second = api.get(
                        "/api/v1/runs?limit=2&after=" + first.path("next").asString())
                .json();
        assertThat(second.path("runs").get(0).path("run"))
                .isNotEqualTo(first.path("runs").get(1).path("run"));
        assertThat(names("/api/v1/runs?state=cancelled", "runs"))
                .contains("paged-3")
                .doesNotContain("paged-2");
        assertThat(names("/api/v1/runs?state=cancelled,submitted", "runs")).contains("paged-3", "paged-2");
        assertThat(detail(api.get("/api/v1/runs?state=gone"), 400)).contains("'gone'", "gate_failed");
        assertThat(detail(api.get("/api/v1/runs?limit=0"), 400)).contains("limit is 0");
        assertThat(api.get("/api/v1/runs?after=nobody").status()).isEqualTo(404);
    }

    @Test
    void runsAreComparedInTheOrderInWhichTheyAreNamed() throws Exception {
        submit("left");
        submit("right");
        events.step(new RunId("right"), new Phase(Purpose.TRAIN, 1, 1, false), Map.of("reward/mean", 0.5));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(api.get("/api/v1/runs/right/steps")
                                .json()
                                .path("steps")
                                .size())
                        .isEqualTo(1));
        JsonNode compared = api.get("/api/v1/runs/compare?run=left&run=right").json();
        assertThat(compared.path("runs").get(1).path("run").asString()).isEqualTo("right");
        assertThat(compared.path("runs")
                        .get(1)
                        .path("summary")
                        .path("reward_first3")
                        .asDouble())
                .isEqualTo(0.5);
        assertThat(compared.path("settings").size()).isZero();
        assertThat(compared.path("metrics").toString())
                .isEqualTo("[{\"name\":\"reward/mean\",\"purpose\":\"train\",\"points\":"
                        + "[{\"step\":1,\"values\":[null,0.5]}]}]");
        assertThat(detail(api.get("/api/v1/runs/compare?run=left"), 400)).contains("2 to 10 different runs");
        assertThat(api.get("/api/v1/runs/compare").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/runs/compare?run=left&run=nobody").status()).isEqualTo(404);
        assertThat(detail(api.submit("/api/v1/runs", "hone: {experiment_name: compare, model: {path: m}}"), 422))
                .contains("an address of the API");
    }

    @Test
    void datasetsAndJudgesAreWhatTheServicesHave() throws Exception {
        learnerSays("/api/v1/datasets", new DatasetList(List.of("dataset_file"), List.of(".csv"), List.of()));
        learnerSays(
                "/api/v1/judges",
                new JudgeList(
                        List.of(new JudgeList.Protocol("math_agent", "math_answer", List.of())),
                        List.of(),
                        RunConfigReader.defaults().taskJudge()));
        assertThat(api.get("/api/v1/datasets").json().path("formats").toString())
                .isEqualTo("[\".csv\"]");
        assertThat(api.get("/api/v1/judges")
                        .json()
                        .path("protocols")
                        .get(0)
                        .path("lead")
                        .asString())
                .isEqualTo("math_answer");
    }

    /// Follows `next` to the end.
    private List<String> names(String path, String list) throws Exception {
        List<String> names = new java.util.ArrayList<>();
        String after = "";
        do {
            JsonNode page = api.get(path + (path.contains("?") ? "&" : "?") + "limit=3" + after)
                    .json();
            page.path(list).forEach(row -> names.add(row.path("run").asString()));
            after = page.path("next").isNull()
                    ? ""
                    : "&after=" + page.path("next").asString();
        } while (!after.isEmpty());
        assertThat(names).doesNotHaveDuplicates();
        return names;
    }
}
