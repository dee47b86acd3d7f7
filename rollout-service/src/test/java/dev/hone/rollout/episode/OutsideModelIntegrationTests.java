package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.OutsideModel;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingService;
import dev.hone.worker.TestingCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Agents that are not trained, answered by another server of OpenAI's API.
class OutsideModelIntegrationTests {

    private static final String REMARK = "It is right, says the other model.";

    /// What the server was asked.
    private record Asked(String authorization, JsonNode body) {}

    private static final List<Asked> ASKED = new CopyOnWriteArrayList<>();

    /// Answered in place of 200, one after the other.
    private static final Deque<Integer> STATUSES = new ArrayDeque<>();

    private static HttpServer server;
    private static TestingService service;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start(@TempDir Path cache) throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", exchange -> {
            ASKED.add(new Asked(
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    EventCodec.json().readTree(exchange.getRequestBody().readAllBytes())));
            Integer status;
            synchronized (STATUSES) {
                status = STATUSES.poll();
            }
            byte[] answer = ("{\"id\": \"1\", \"object\": \"chat.completion\", \"model\": \"other\", \"choices\": [{"
                            + "\"index\": 0, \"finish_reason\": \"stop\", \"message\": {\"role\": \"assistant\","
                            + " \"content\": \"" + REMARK + "\"}}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status == null ? 200 : status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        service = new TestingService("rollout_outside", cache);
        service.servers.says =
                prompt -> prompt.contains(REMARK) ? "Then it is \\boxed{391}." : "I think it is \\boxed{391}.";
    }

    @AfterAll
    static void stop() {
        service.close();
        server.stop(0);
    }

    @AfterEach
    void forget() {
        ASKED.clear();
        STATUSES.clear();
    }

    private OutsideModel model(String keyFile) {
        return new OutsideModel("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/", "other-7b", "", keyFile);
    }

    private EpisodeFinished run(String run, String workflow, OutsideModel model) {
        service.issue(run, TestingEpisodes.settings(workflow, 2, 256, 2048, 4, 60, model));
        return service.awaitFinished(run, 1).getFirst();
    }

    @Test
    void theReviewersWordsComeFromItAndNoneOfThemAreRecordedAsThePolicys() throws Exception {
        Path key = Files.writeString(folder.resolve("other.api-key"), "k-7\n");

        EpisodeFinished finished = run("reviewed", "solver_and_reviewer", model(key.toString()));

        assertThat(finished.failure()).isNull();
        assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "Then it is \\boxed{391}.");
        assertThat(ASKED)
                .extracting(
                        Asked::authorization,
                        asked -> asked.body().path("model").asString())
                .containsExactly(tuple("Bearer k-7", "other-7b"));
        assertThat(ASKED.getFirst().body().path("messages").toString()).contains("I think it is");
        List<Timeline> timelines = Trajectory.decode(finished.trajectory()).timelines();
        assertThat(timelines).as("the solver's alone").hasSize(1);
        assertThat(sampled(timelines.getFirst()))
                .contains("I think it is", "Then it is")
                .doesNotContain(REMARK);
        assertThat(TestingEpisodes.model()
                        .tokenizer()
                        .decode(timelines.getFirst().tokenIds()))
                .as("read by the solver")
                .contains(REMARK);
    }

    private static String sampled(Timeline timeline) {
        StringBuilder text = new StringBuilder();
        for (Timeline.VersionSpan span : timeline.versions()) {
            text.append(TestingEpisodes.model().tokenizer().decode(timeline.tokenIds(), span.start(), span.end()));
        }
        return text.toString();
    }

    @Test
    void anAgentInAJailReachesItOverItsEndpointWithoutTheKey() throws Exception {
        Path key = Files.writeString(folder.resolve("other.api-key"), "k-8");
        Path agent = TestingCode.python(folder, """
                        def run(task, tuner):
                            messages = [{"role": "user", "content": task.query}]
                            return tuner.chat(messages, model="policy-untrained", seed=3)["content"]
                        """).path();

        EpisodeFinished finished = run("jailed", agent.toString(), model(key.toString()));

        assertThat(finished.failure()).isNull();
        assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, REMARK);
        assertThat(ASKED.getFirst().authorization()).isEqualTo("Bearer k-8");
        assertThat(ASKED.getFirst().body().path("seed").asInt()).isEqualTo(3);
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        STATUSES.addAll(List.of(429, 503));

        assertThat(run("busy", "solver_and_reviewer", model("")).failure()).isNull();
        assertThat(ASKED).hasSize(3);
    }

    @Test
    void aServerThatTakesNoKeyFailsTheEpisodeByName() {
        STATUSES.addAll(List.of(401, 401, 401));

        Failure failure = run("refused", "solver_and_reviewer", model("")).failure();

        assertThat(failure.code()).isEqualTo("outside-model-refused");
        assertThat(failure.message())
                .contains("answered with status 401")
                .endsWith("put a key that it takes where rollout.untrained_model says.");
        assertThat(ASKED).as("not asked in vain").hasSize(1);
    }

    @Test
    void aRunWhoseKeyIsNotThereIsRefusedBeforeItBegins() throws Exception {
        String yaml = """
                hone:
                  rollout:
                    untrained_model: {base_url: "http://127.0.0.1:1/v1", model: m, api_key_env: NOBODY_SET_THIS_API_KEY}
                """;
        String body =
                EventCodec.json().writeValueAsString(RunConfigReader.read(yaml).config());

        JsonNode report = EventCodec.json()
                .readTree(service.post(service.url() + "/api/v1/preflight", "-", body)
                        .body());

        assertThat(report.at("/problems/0/key").asString()).isEqualTo("hone.rollout.untrained_model.api_key_env");
        assertThat(report.at("/problems/0/message").asString())
                .startsWith(
                        "names NOBODY_SET_THIS_API_KEY, which is not set to a key in rollout-service's environment");
    }
}
