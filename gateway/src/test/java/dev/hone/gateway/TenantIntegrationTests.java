package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.learner.ModelLocation;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.learner.TrainedBatches;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.task.DatasetList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// What project `crimson` has, project `azure` neither sees nor changes: every operation that the OpenAPI document
/// describes is asked with azure's key for crimson's rows. An operation that this test does not know fails it.
class TenantIntegrationTests {

    private static final String RUN = "crimson-run";
    private static final String LETTERS = "error." + Topics.GROUP_CLOSED + ".gateway.task.group-closed";
    private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)(:[^}]*)?}");

    /// Crimson's own.
    private static final Map<String, String> ROWS = Map.of(
            "run", RUN, "purpose", "train", "step", "1", "group", "0", "sample", "0", "version", "1", "topic", LETTERS);

    /// Of all projects: a key of one project is refused.
    private static final List<String> OF_ALL =
            List.of("GET /api/v1/dead-letters", "POST /api/v1/dead-letters/{topic}/replay");

    /// What lists answer holds nothing of crimson's.
    private static final List<String> LISTS = List.of(
            "GET /api/v1/runs",
            "GET /api/v1/models",
            "GET /api/v1/datasets",
            "GET /api/v1/judges",
            "GET /api/v1/keys",
            "GET /api/v1/audit");

    private static final Map<String, String> BODIES = Map.of(
            "POST /api/v1/runs", "hone: {project_name: crimson, experiment_name: planted, model: {path: m}}",
            "POST /api/v1/runs/{run}/rejudgements", "hone: {}",
            "POST /api/v1/runs/{run}/fork", "{}",
            "POST /api/v1/keys", "{\"name\": \"planted\", \"project\": \"crimson\", \"role\": \"viewer\"}");

    private static TestingApi crimson;
    private static TestingApi azure;
    private static String key;

    @BeforeAll
    static void crimsonHasOneOfEach() throws Exception {
        crimson = TestingDoor.with("crimson-admin", "crimson", "admin");
        azure = TestingDoor.with("azure-admin", "azure", "admin");
        key = TestingDoor.make(crimson, Map.of("name", "crimson-spare", "role", "viewer"))
                .json()
                .path("key")
                .path("id")
                .asString();
        TestingRun run = new TestingRun(RUN, crimson, TestingGateway.EVENTS, TestingDoor.SERVICES).going();
        EpisodeKey episode = run.episode(Purpose.TRAIN, 1, 0, false);
        run.tokens(episode, 3);
        new TestingRun("azure-run", azure, TestingGateway.EVENTS, TestingDoor.SERVICES);
        String runs = "/api/v1/runs/" + RUN;
        answer(
                runs + "/versions",
                new ModelVersions(
                        "some/model",
                        "",
                        List.of(0, 1),
                        List.of(new ModelVersions.Version(1, "sha256:1", true, Instant.EPOCH)),
                        null));
        answer(runs + "/versions/1/directory", new ModelLocation(1, "sha256:1", "/weights", ""));
        answer(runs + "/versions/1/batches", new TrainedBatches(List.of(), null));
        answer(runs + "/versions/1/download", "a tar");
        answer(runs + "/episodes/begin", Map.of());
        answer(runs + "/rejudgements", Map.of());
        answer(runs + "/rejudgements/" + key, Map.of());
        answer(runs + "/rejudgements/" + key + "/report", Map.of());
        answer(
                "/api/v1/datasets",
                new DatasetList(
                        List.of(),
                        List.of(),
                        List.of(dataset("of-crimson", List.of(RUN)), dataset("of-both", List.of("azure-run", RUN)))));
        answer(
                "/api/v1/judges",
                new JudgeList(List.of(), List.of(), RunConfigReader.defaults().taskJudge()));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> crimson.get(runs + "/steps").json().path("steps").size() == 3
                        && crimson.get(runs + "/episodes")
                                        .json()
                                        .path("episodes")
                                        .size()
                                == 1);
    }

    private static DatasetList.Dataset dataset(String fingerprint, List<String> runs) {
        return new DatasetList.Dataset(
                fingerprint, 1, 1, RunConfigReader.defaults().taskReader(), runs);
    }

    private static void answer(String path, Object value) {
        TestingDoor.SERVICES.answers.put(path, EventCodec.json().writeValueAsString(value));
    }

    /// An operation, and with which content type its body is sent.
    record Operation(String name, String contentType) {
        @Override
        public String toString() {
            return name;
        }

        private String method() {
            return name.substring(0, name.indexOf(' '));
        }

        private boolean hasParameters() {
            return name.contains("{");
        }

        private String path() {
            String path = filled(name.substring(name.indexOf(' ') + 1));
            return path.endsWith("/compare")
                    ? path + "?run=" + RUN + "&run=azure-run"
                    : path.endsWith("/events") ? path + "?follow=false" : path;
        }

        private TestingApi.Answer ask(TestingApi by) throws Exception {
            return by.ask(method(), path(), contentType.isEmpty() ? null : contentType, BODIES.getOrDefault(name, ""));
        }
    }

    /// The path with crimson's rows; a parameter that nobody has a row for fails.
    private static String filled(String path) {
        return PARAMETER.matcher(path).replaceAll((MatchResult found) -> {
            String name = found.group(1);
            String value = name.equals("id") ? key : ROWS.get(name);
            assertThat(value)
                    .as("%s has the parameter %s: name a row of crimson's here", path, name)
                    .isNotNull();
            return value;
        });
    }

    static Stream<Operation> operations() throws Exception {
        List<Operation> all = new ArrayList<>();
        TestingDoor.ADMIN
                .get("/v3/api-docs")
                .json()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    JsonNode content = operation.getValue().path("requestBody").path("content");
                    all.add(new Operation(
                            operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                            content.propertyNames().stream().findFirst().orElse("")));
                }));
        assertThat(all).hasSizeGreaterThan(25);
        return all.stream();
    }

    /// Everything that is crimson's in the gateway's tables.
    private static String rows() {
        return String.join("\n", TestingDoor.tables().queryForList("""
                select r::text from run r where project = 'crimson' or name = 'planted'
                union all select k.id || k.project || coalesce(k.revoked_at::text, '') from api_key k where project = 'crimson'
                union all select e::text from run_event e where run = 'crimson-run'
                union all select e::text from episode e where run = 'crimson-run' order by 1""", String.class));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void nothingOfAnotherProjectIsSeenOrChanged(Operation operation) throws Exception {
        String before = rows();
        TestingDoor.SERVICES.received.clear();
        TestingApi.Answer answer = operation.ask(azure);
        assertThat(rows()).isEqualTo(before);
        if (LISTS.contains(operation.name())) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            // Its own log has what azure itself asked for.
            assertThat(answer.text()).doesNotContain(operation.name().endsWith("audit") ? "key/crimson" : "crimson");
            return;
        }
        assertThat(answer.status()).as(answer.text()).isIn(403, 404);
        assertThat(answer.text()).doesNotContain("some/model");
        assertThat(TestingDoor.SERVICES.received.keySet()).noneMatch(asked -> asked.contains(RUN));
        // It is the project that is refused: its own key gets through, and, of what is of all, that of all projects.
        boolean ofAll = OF_ALL.contains(operation.name());
        assertThat(operation.hasParameters()
                        || ofAll
                        || BODIES.containsKey(operation.name())
                        || operation.name().endsWith("/compare"))
                .as("%s lists something: say in this test what it may list", operation)
                .isTrue();
        if (ofAll) {
            assertThat(operation.ask(crimson).status()).isEqualTo(403);
            assertThat(operation.ask(TestingDoor.ADMIN).status()).isNotEqualTo(403);
        } else if (!operation.name().endsWith("/compare")) {
            TestingApi.Answer own = operation.ask(crimson);
            assertThat(own.status()).as(own.text()).isNotIn(401, 403, 404, 500, 502);
        }
    }

    @Test
    void listsShowTheirOwn() throws Exception {
        assertThat(crimson.get("/api/v1/runs").text()).contains(RUN).doesNotContain("azure-run");
        assertThat(azure.get("/api/v1/runs").text()).contains("azure-run");
        assertThat(azure.get("/api/v1/models").text()).contains("azure-run");
        assertThat(azure.get("/api/v1/runs?after=" + RUN).status()).isEqualTo(404);
        JsonNode datasets = azure.get("/api/v1/datasets").json().path("datasets");
        assertThat(datasets.size()).isEqualTo(1);
        assertThat(datasets.path(0).path("runs").toString()).isEqualTo("[\"azure-run\"]");
        assertThat(TestingDoor.ADMIN.get("/api/v1/datasets").text()).contains("of-crimson");
        assertThat(crimson.get("/api/v1/audit").text()).contains("crimson-admin");
        assertThat(TestingDoor.ADMIN.get("/api/v1/runs").text()).contains(RUN, "azure-run");
    }

    static Stream<String> pages() {
        return TestingDoor.pages().stream();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noPageShowsOrChangesWhatIsAnothersEither(String page) throws Exception {
        String[] parts = page.split(" ");
        String path = filled(parts[1].replaceAll("\\{action:[^}]*}", "cancel").replace("{chart}", "reward"));
        String before = rows();
        String query = path.equals("/submit")
                ? "?from=" + RUN
                : path.startsWith("/compare") ? "?run=" + RUN + "&run=azure-run" : "";
        TestingApi.Answer answer = azure.ask(
                parts[0],
                path + query,
                parts[0].equals("POST") ? "application/x-www-form-urlencoded" : null,
                "file="
                        + "hone:%20%7Bproject_name:%20crimson,%20experiment_name:%20planted,%20model:%20%7Bpath:%20m%7D%7D");
        assertThat(rows()).isEqualTo(before);
        assertThat(answer.text()).doesNotContain("some/model", "href=\"/runs/" + RUN);
        if (path.contains(RUN) || (!query.isEmpty() && !page.equals("POST /submit"))) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        }
        if (page.equals("POST /submit")) {
            assertThat(answer.status()).isEqualTo(403);
        }
    }

    @Test
    void aRunGoesToTheProjectOfItsKeyAndToNoOther() throws Exception {
        JsonNode own = azure.submit("/api/v1/runs?validate=true", "hone: {experiment_name: unnamed, model: {path: m}}")
                .json();
        assertThat(own.path("config").path("projectName").asString()).isEqualTo("azure");
        assertThat(own.path("warnings").toString()).contains("hone.project_name is 'azure', that of the key.");
        TestingApi.Answer other = azure.submit("/api/v1/runs?validate=true", BODIES.get("POST /api/v1/runs"));
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.json().path("detail").asString()).contains("hone.project_name is 'crimson'");
        TestingApi.Answer fork =
                azure.post("/api/v1/runs/azure-run/fork", "{\"step\": 1, \"set\": {\"project_name\": \"crimson\"}}");
        assertThat(fork.status()).isIn(403, 404);
        TestingApi.Answer taken =
                azure.submit("/api/v1/runs", "hone: {experiment_name: crimson-run, model: {path: m}}");
        assertThat(taken.status()).isEqualTo(409);
        assertThat(taken.json().path("detail").asString())
                .isEqualTo("Another project has it. Choose another hone.experiment_name.");
    }

    @Test
    void whatOtherRunsHaveMadeIsNoModelOrDataset() throws Exception {
        for (String file : List.of(
                "model: {path: %s/crimson-run/export}",
                "model: {path: m}, trainer_common: {output_dir: %s/crimson-run}",
                "model: {path: m}, task_reader: {dataset_file: {training: {file_path: %s/../runs/x.jsonl}}}")) {
            TestingApi.Answer answer = azure.submit(
                    "/api/v1/runs?validate=true",
                    "hone: {experiment_name: reader, " + file.formatted(TestingDoor.DATA.resolve("runs")) + "}");
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text()).contains("where the runs of all projects keep what they make");
        }
    }

    @Test
    void nobodyIsAnsweredWhatAnotherWasWithTheSameIdempotencyKey() throws Exception {
        assertThat(crimson.submit(
                                "/api/v1/runs",
                                "hone: {experiment_name: crimson-once, model: {path: some/model}}",
                                "Idempotency-Key",
                                "shared")
                        .status())
                .isEqualTo(201);
        TestingApi.Answer again = azure.submit(
                "/api/v1/runs",
                "hone: {experiment_name: crimson-once, model: {path: some/model}}",
                "Idempotency-Key",
                "shared");
        assertThat(again.replayed()).isFalse();
        assertThat(again.status()).isEqualTo(409);
    }
}
