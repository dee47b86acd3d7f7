package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.Task;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingServers;
import dev.hone.rollout.TestingService;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.agentscope.core.ReActAgent;
import io.agentscope.core.message.UserMessage;
import io.agentscope.core.model.transport.JdkHttpTransport;
import io.agentscope.core.tool.Tool;
import io.agentscope.core.tool.ToolParam;
import io.agentscope.core.tool.Toolkit;
import io.agentscope.extensions.model.openai.OpenAIChatModel;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.JsonNode;

/// Clients of OpenAI's API that know nothing of Hone, and agents in other processes, on the real service.
class EndpointIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HELLO =
            "{\"model\": \"policy\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

    private static TestingService service;

    @BeforeAll
    static void start(@TempDir Path cache) {
        service = new TestingService("rollout_endpoint", cache, "--hone.rollout.endpoint.silence=1500ms");
        service.servers.says =
                prompt -> prompt.contains("<tool_response>") ? "It is \\boxed{391}." : TestingServers.CALL;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void openTheGate() {
        service.servers.gate.countDown();
        service.servers.gate = new CountDownLatch(0);
    }

    @Test
    void trainsALangChain4jAgent() {
        service.issue("langchain4j", settings("langchain4j_agent"));

        EpisodeFinished finished = service.awaitFinished("langchain4j", 1).getFirst();

        assertThat(finished.failure()).isNull();
        assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.");
        assertThat(finished.usage().toolCalls()).isOne();
        oneTimelineWith(finished, TestingServers.CALL, "<tool_response>\n391\n", "It is \\boxed{391}.");
        readsTheSameTokensAsTheMathAgent(finished);
    }

    private static void readsTheSameTokensAsTheMathAgent(EpisodeFinished langChain4j) {
        service.issue("math", settings("math_agent"));
        Trajectory math =
                Trajectory.decode(service.awaitFinished("math", 1).getFirst().trajectory());
        assertThat(Trajectory.decode(langChain4j.trajectory())
                        .timelines()
                        .getFirst()
                        .tokenIds())
                .isEqualTo(math.timelines().getFirst().tokenIds());
    }

    /// LangChain4j's streaming client.
    public static final class Streaming implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) throws Exception {
            CompletableFuture<String> whole = new CompletableFuture<>();
            StringBuilder parts = new StringBuilder();
            OpenAiStreamingChatModel.builder()
                    .baseUrl(tuner.baseUrl())
                    .apiKey(tuner.apiKey())
                    .modelName(Tuner.TRAINED)
                    .build()
                    .chat(
                            ChatRequest.builder()
                                    .messages(dev.langchain4j.data.message.UserMessage.from(task.query()))
                                    .build(),
                            new StreamingChatResponseHandler() {
                                @Override
                                public void onPartialResponse(String part) {
                                    parts.append(part);
                                }

                                @Override
                                public void onCompleteResponse(ChatResponse response) {
                                    whole.complete(response.aiMessage().text());
                                }

                                @Override
                                public void onError(Throwable error) {
                                    whole.completeExceptionally(error);
                                }
                            });
            assertThat(whole.get(30, TimeUnit.SECONDS)).isEqualTo(parts.toString());
            return WorkflowOutput.answer(parts.toString());
        }
    }

    @Test
    void streamsToLangChain4j() {
        service.issue("streaming", settings(Streaming.class.getName()));

        EpisodeFinished finished = service.awaitFinished("streaming", 1).getFirst();

        assertThat(finished.failure()).isNull();
        assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, TestingServers.CALL);
    }

    /// AgentScope's own model over the endpoint, streaming or not.
    public static class OverAgentScope implements Workflow {

        boolean stream() {
            return false;
        }

        /// The tool as AgentScope finds it.
        public static final class Python {
            private final Tuner tuner;

            Python(Tuner tuner) {
                this.tuner = tuner;
            }

            @Tool(name = "execute_python_code", description = "Runs Python code and returns what it prints.")
            public String run(@ToolParam(name = "code", description = "Python code") String code) {
                return tuner.runPython(code);
            }
        }

        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            Toolkit toolkit = new Toolkit();
            toolkit.registerTool(new Python(tuner));
            ReActAgent agent = ReActAgent.builder()
                    .name("solver")
                    .sysPrompt("Solve.")
                    .model(
                            OpenAIChatModel.builder()
                                    .baseUrl(tuner.baseUrl())
                                    .apiKey(tuner.apiKey())
                                    .modelName(Tuner.TRAINED)
                                    .stream(stream())
                                    .httpTransport(JdkHttpTransport.builder().build())
                                    .build())
                    .toolkit(toolkit)
                    .maxIters(3)
                    .build();
            return WorkflowOutput.answer(agent.call(UserMessage.builder()
                            .name("user")
                            .textContent(task.query())
                            .build())
                    .block()
                    .getTextContent());
        }
    }

    /// The same, streaming.
    public static final class OverStreamingAgentScope extends OverAgentScope {
        @Override
        boolean stream() {
            return true;
        }
    }

    @Test
    void trainsAnAgentOfAgentScopesOwnModel() {
        service.issue("agentscope", settings(OverAgentScope.class.getName()));
        service.issue("agentscope-streaming", settings(OverStreamingAgentScope.class.getName()));

        for (String run : List.of("agentscope", "agentscope-streaming")) {
            EpisodeFinished finished = service.awaitFinished(run, 1).getFirst();
            assertThat(finished.failure()).isNull();
            assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.");
            oneTimelineWith(finished, TestingServers.CALL, "391", "It is \\boxed{391}.");
        }
    }

    @Test
    void trainsOneOfTwoAgents() {
        service.issue("two", settings("solver_and_reviewer"));

        EpisodeFinished finished = service.awaitFinished("two", 1).getFirst();

        assertThat(finished.failure()).isNull();
        Trajectory trajectory = Trajectory.decode(finished.trajectory());
        assertThat(trajectory.timelines()).hasSize(2);
        assertThat(trajectory.timelines().stream().filter(t -> t.lossTokens() > 0))
                .hasSize(1);
        assertThat(finished.messages())
                .filteredOn(message -> message.role().equals("user"))
                .hasSize(2);
    }

    @Test
    void anOutsideAgentBeginsWorksAndEnds() throws Exception {
        service.issue("outside", settings("external"));
        JsonNode episode = begin("outside");
        String key = episode.path("apiKey").asString();
        assertThat(episode.at("/task/query").asString()).isEqualTo("What is 17 * 23?");
        assertThat(service.states("outside")).containsExactly("RUNNING");

        String base = episode.path("baseUrl").asString();
        JsonNode answer = json(service.post(base + "/chat/completions", key, HELLO));
        assertThat(answer.at("/choices/0/message/content").asString()).isEqualTo(TestingServers.CALL);
        assertThat(json(service.post(base + "/tools/execute_python_code", key, "{\"code\": \"print(391)\"}"))
                        .path("text")
                        .asString())
                .isEqualTo("391");
        String url = episode.path("episodeUrl").asString();
        assertThat(service.post(url + "/heartbeat", key, "").statusCode()).isEqualTo(204);
        assertThat(service.post(url + "/end", "hone-wrong", "{\"finalAnswer\": \"0\"}")
                        .statusCode())
                .isEqualTo(401);
        assertThat(service.post(url + "/end", key, "{\"finalAnswer\": \"391\", \"metadata\": {\"by\": \"me\"}}")
                        .statusCode())
                .isEqualTo(204);

        EpisodeFinished finished = service.awaitFinished("outside", 1).getFirst();
        assertThat(finished.failure()).isNull();
        assertThat(finished.output())
                .containsEntry(EpisodeFinished.FINAL_ANSWER, "391")
                .containsEntry("by", "me");
        assertThat(Trajectory.decode(finished.trajectory()).lossTokens()).isPositive();
        HttpResponse<String> late = service.post(base + "/chat/completions", key, HELLO);
        assertThat(late.statusCode()).isEqualTo(401);
        assertThat(EventCodec.json().readTree(late.body()).at("/error/code").asString())
                .isEqualTo("invalid_api_key");
    }

    @Test
    void aKeyOpensItsEpisodeOnly() throws Exception {
        RolloutConfig settings = settings("external");
        service.issue("neighbours", settings);
        service.issue(
                TestingEpisodes.issued("neighbours", 0, 1, 0, Instant.now().plusSeconds(300), settings));
        JsonNode one = begin("neighbours");
        JsonNode other = begin("neighbours");

        assertThat(service.post(
                                one.path("episodeUrl").asString() + "/end",
                                other.path("apiKey").asString(),
                                "{\"finalAnswer\": \"stolen\"}")
                        .statusCode())
                .isEqualTo(401);
        for (JsonNode episode : List.of(one, other)) {
            service.post(
                    episode.path("episodeUrl").asString() + "/end",
                    episode.path("apiKey").asString(),
                    "{\"finalAnswer\": \"mine\"}");
        }
        assertThat(service.awaitFinished("neighbours", 2))
                .allSatisfy(
                        finished -> assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "mine"));
    }

    @Test
    void anAgentThatGivesUpOrFallsSilentFailsTheAttempt() throws Exception {
        service.issue("aborted", settings("external"));
        JsonNode episode = begin("aborted");
        service.post(
                episode.path("episodeUrl").asString() + "/abort",
                episode.path("apiKey").asString(),
                "{\"reason\": \"no idea\"}");
        assertThat(service.awaitFinished("aborted", 1).getFirst().failure())
                .matches(failure -> failure.code().equals("agent-aborted") && failure.retryable())
                .matches(failure -> failure.message().contains("no idea"));

        service.issue("silent", settings("external"));
        begin("silent");
        assertThat(service.awaitFinished("silent", 1).getFirst().failure())
                .matches(failure -> failure.code().equals("agent-lost") && failure.retryable());
    }

    @Test
    void anEpisodeThatIsClaimedWhenTheServiceStopsIsThereForTheNext() throws Exception {
        service.issue("restart", settings("external"));
        JsonNode lost = begin("restart");
        EpisodeWorkers workers = service.bean(EpisodeWorkers.class);
        workers.stop();
        assertThat(service.states("restart")).containsExactly("QUEUED");
        workers.start();

        JsonNode again = begin("restart");
        assertThat(again.path("episode")).isEqualTo(lost.path("episode"));
        assertThat(service.post(
                                lost.path("baseUrl").asString() + "/chat/completions",
                                lost.path("apiKey").asString(),
                                HELLO)
                        .statusCode())
                .isEqualTo(401);
        service.post(
                again.path("episodeUrl").asString() + "/end",
                again.path("apiKey").asString(),
                "{\"finalAnswer\": \"391\"}");
        assertThat(service.awaitFinished("restart", 1).getFirst().failure()).isNull();
    }

    @Test
    void anEpisodeOfAServiceThatDiedIsBegunAgainOnceItsLeaseIsOver() throws Exception {
        service.issue("died", settings("external"));
        await().atMost(PATIENCE).until(() -> service.states("died").size() == 1);
        service.bean(JdbcTemplate.class)
                .update(
                        "update episode set state = 'RUNNING', worker = ?, lease_until = now() + interval '1 second'"
                                + " where run = 'died'",
                        UUID.randomUUID());

        JsonNode episode = begin("died");

        service.post(
                episode.path("episodeUrl").asString() + "/end",
                episode.path("apiKey").asString(),
                "{\"finalAnswer\": \"391\"}");
        assertThat(service.awaitFinished("died", 1).getFirst().failure()).isNull();
    }

    @Test
    void noWorkerTakesAnOutsideAgentsEpisodeAndNoneMoreAreBegunThanTheRunAllows() throws Exception {
        RolloutConfig oneByOne = TestingEpisodes.settings("external", 2, 256, 2048, 1, 60);
        service.issue("bounded", oneByOne);
        service.issue(TestingEpisodes.issued("bounded", 0, 1, 0, Instant.now().plusSeconds(300), oneByOne));
        await().atMost(PATIENCE).until(() -> service.states("bounded").size() == 2);
        JsonNode one = begin("bounded");
        assertThat(service.post(service.url() + "/api/v1/runs/bounded/episodes/begin?wait_seconds=1", "", "")
                        .statusCode())
                .isEqualTo(204);
        assertThat(service.states("bounded")).containsExactly("RUNNING", "QUEUED");
        service.post(
                one.path("episodeUrl").asString() + "/end", one.path("apiKey").asString(), "{\"reward\": 0.5}");
        assertThat(service.awaitFinished("bounded", 1).getFirst().output()).containsEntry("reward", "0.5");
        JsonNode other = begin("bounded");
        service.post(
                other.path("episodeUrl").asString() + "/end",
                other.path("apiKey").asString(),
                "{}");
        service.awaitFinished("bounded", 2);
    }

    /// Several agents ask at the same time: all are answered, each with the noise of its own conversation.
    public static final class Parallel implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) throws Exception {
            AtomicInteger answered = new AtomicInteger();
            List<Thread> threads = java.util.stream.IntStream.range(0, 8)
                    .mapToObj(n -> Thread.ofVirtual().start(() -> {
                        dev.langchain4j.model.openai.OpenAiChatModel.builder()
                                .baseUrl(tuner.baseUrl())
                                .apiKey(tuner.apiKey())
                                .modelName(Tuner.TRAINED)
                                .maxRetries(0)
                                .build()
                                .chat("agent " + n);
                        answered.incrementAndGet();
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            return WorkflowOutput.answer(answered.toString());
        }
    }

    @Test
    void servesAgentsThatAskAtTheSameTime() {
        service.servers.gate = new CountDownLatch(1);
        service.issue("parallel", settings(Parallel.class.getName()));
        await().atMost(PATIENCE).until(() -> service.servers.atTheGate.get() == 8);
        service.servers.gate.countDown();

        EpisodeFinished finished = service.awaitFinished("parallel", 1).getFirst();
        assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "8");
        assertThat(Trajectory.decode(finished.trajectory()).timelines()).hasSize(8);
    }

    private static void oneTimelineWith(EpisodeFinished finished, String... texts) {
        Trajectory trajectory = Trajectory.decode(finished.trajectory());
        assertThat(trajectory.timelines()).hasSize(1);
        assertThat(TestingEpisodes.model()
                        .tokenizer()
                        .decode(trajectory.timelines().getFirst().tokenIds()))
                .contains(texts);
    }

    private static RolloutConfig settings(String workflow) {
        return TestingEpisodes.settings(workflow, 2, 256, 2048, 8, 60);
    }

    private static JsonNode begin(String run) throws Exception {
        HttpResponse<String> begun =
                service.post(service.url() + "/api/v1/runs/" + run + "/episodes/begin?wait_seconds=30", "", "");
        assertThat(begun.statusCode()).isEqualTo(200);
        return json(begun);
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return EventCodec.json().readTree(response.body());
    }
}
