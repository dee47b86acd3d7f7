package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskEnvironment;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.TestingEnvironment;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingServers;
import dev.hone.rollout.TestingService;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;
import dev.hone.worker.TestingCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/// Episodes in an environment, whatever the service and the episode do.
class EnvironmentsIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestingServers servers;
    private static TestingEnvironment service;
    private static TestingService rollout;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start(@TempDir Path cache) {
        service = new TestingEnvironment();
        rollout = new TestingService(
                "rollout_environments",
                cache,
                "--hone.rollout.environment.lease=1s",
                "--hone.rollout.environment.sweep-interval=200ms",
                "--spring.cloud.stream.bindings.taskIssued-in-0.group=environments");
        servers = rollout.servers;
    }

    @AfterAll
    static void stop() {
        rollout.close();
        service.close();
    }

    @AfterEach
    void everythingIsReleased() {
        servers.gate.countDown();
        service.releaseFails = false;
        service.reward = 1;
        service.shows = "";
        await().atMost(PATIENCE).until(() -> service.open.isEmpty() && rows() == 0);
    }

    @Test
    void anEpisodeStepsIsEvaluatedAndReleased() throws Exception {
        EpisodeFinished finished = run(issued("env_agent", 60));
        assertThat(finished.failure()).isNull();
        assertThat(finished.output())
                .containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.")
                .containsEntry(EpisodeFinished.ENV_REWARD, "1.0")
                .containsEntry(EpisodeFinished.ENV_REASON, "It is right.");
        assertThat(finished.usage().toolCalls()).as("Python and the step").isEqualTo(2);
        assertThat(service.steps.get(service.created.getLast())).containsExactly("It is \\boxed{391}.");
        await().atMost(PATIENCE).until(() -> service.released.contains(service.created.getLast()));
    }

    @Test
    void requestsThatAreSentAgainHappenOnce() throws Exception {
        int before = service.created.size();
        service.busyAnswers.set(1);
        service.lostAnswers.set(1);
        assertThat(run(issued("env_agent", 60)).failure()).isNull();
        assertThat(service.created).hasSize(before + 1);
        service.lostAnswers.set(0);
    }

    /// Loses the answer to its own step.
    public static final class UnluckyWorkflow implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            service.lostAnswers.set(2);
            tuner.environment().orElseThrow().step("left");
            tuner.environment().orElseThrow().step("right");
            return WorkflowOutput.answer("");
        }
    }

    @Test
    void aStepWhoseAnswerIsLostIsMadeOnce() throws Exception {
        assertThat(run(issued(UnluckyWorkflow.class.getName(), 60)).failure()).isNull();
        assertThat(service.steps.get(service.created.getLast())).containsExactly("left", "right");
    }

    /// Wants to be its own judge.
    public static final class LyingWorkflow implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            return new WorkflowOutput(
                    null,
                    Map.of(
                            EpisodeFinished.FINAL_ANSWER, "x",
                            EpisodeFinished.ENV_REWARD, "1.0",
                            EpisodeFinished.ENV_CAUSE, "none"));
        }
    }

    @Test
    void noWorkflowGivesItselfTheReward() throws Exception {
        service.reward = 0.25;
        assertThat(run(issued(LyingWorkflow.class.getName(), 60)).output())
                .containsEntry(EpisodeFinished.ENV_REWARD, "0.25")
                .containsEntry(EpisodeFinished.ENV_CAUSE, "");
        TaskIssued without = TestingEpisodes.issued(0, 0, 0, settings(LyingWorkflow.class.getName(), 60));
        assertThat(run(without).output())
                .containsEntry(EpisodeFinished.FINAL_ANSWER, "x")
                .doesNotContainKeys(EpisodeFinished.ENVIRONMENT_KEYS.toArray(String[]::new));
    }

    /// Acts as an agent in another process does, over the episode's endpoint.
    public static final class RemoteWorkflow implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) throws Exception {
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpRequest step = HttpRequest.newBuilder(URI.create(tuner.baseUrl() + "/environment/step"))
                        .header("Authorization", "Bearer " + tuner.apiKey())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"action\": \"go\"}"))
                        .build();
                return WorkflowOutput.answer(
                        http.send(step, HttpResponse.BodyHandlers.ofString()).body());
            }
        }
    }

    @Test
    void agentsInOtherProcessesStepOverTheEndpoint() throws Exception {
        EpisodeFinished finished = run(issued(RemoteWorkflow.class.getName(), 60));
        assertThat(finished.output().get(EpisodeFinished.FINAL_ANSWER))
                .contains("\"observation\":\"Recorded.\"", "\"done\":true");
        assertThat(service.steps.get(service.created.getLast())).containsExactly("go");
        assertThat(finished.usage().toolCalls()).isEqualTo(1);
        EpisodeFinished without = run(TestingEpisodes.issued(0, 0, 0, settings(RemoteWorkflow.class.getName(), 60)));
        assertThat(without.output().get(EpisodeFinished.FINAL_ANSWER)).contains("The episode has no environment");
    }

    @Test
    void agentsInFilesStepFromTheirJail() throws Exception {
        Path jar = TestingCode.jar(folder, "Stepper", """
                import dev.hone.contracts.task.Task;
                import dev.hone.rollout.environment.Environment;
                import dev.hone.rollout.workflow.*;

                public class Stepper implements Workflow {
                    public WorkflowOutput run(Task task, Tuner tuner) {
                        Environment environment = tuner.environment().orElse(null);
                        if (environment == null) {
                            return WorkflowOutput.answer("nothing");
                        }
                        Environment.Observation next = environment.step("go");
                        return WorkflowOutput.answer(environment.observation() + next.text() + next.done());
                    }
                }
                """).path();
        Path python = Files.writeString(folder.resolve("stepper.py"), """
                def run(task, tuner):
                    if tuner.environment is None:
                        return "nothing"
                    text, done = tuner.environment.step("go")
                    return tuner.environment.observation + text + str(done).lower()
                """);
        service.shows = "Start. ";
        for (String file : List.of(jar + "!Stepper", python.toString())) {
            EpisodeFinished finished = run(issued(file, 60));
            assertThat(finished.failure()).as(file).isNull();
            assertThat(finished.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "Start. Recorded.true");
            assertThat(service.steps.get(service.created.getLast())).containsExactly("go");
            assertThat(finished.usage().toolCalls()).isOne();
            assertThat(run(TestingEpisodes.issued(0, 0, 0, settings(file, 60))).output())
                    .containsEntry(EpisodeFinished.FINAL_ANSWER, "nothing");
        }
    }

    public static final class FailingWorkflow implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void failuresSayWhyAndReleaseNevertheless() throws Exception {
        assertThat(code(issued(FailingWorkflow.class.getName(), 60))).isEqualTo("workflow-error");
        service.reward = 7;
        EpisodeFinished refused = run(issued("env_agent", 60));
        assertThat(refused.failure().code()).isEqualTo("environment-refused");
        assertThat(refused.failure().message()).contains("its reward is 7.0, not between 0 and 1");
        service.reward = 1;
        service.busyAnswers.set(3);
        EpisodeFinished unavailable = run(issued("env_agent", 60));
        assertThat(unavailable.failure().code()).isEqualTo("environment-unavailable");
        assertThat(unavailable.failure().message()).contains("it answered 503 {\"detail\": \"busy\"}");
        assertThat(unavailable.failure().retryable()).isTrue();
        servers.gate = new CountDownLatch(1);
        assertThat(code(issued("env_agent", 0.5))).isEqualTo("episode-timeout");
    }

    @Test
    void aKilledWorkersInstanceIsReleased() throws Exception {
        servers.gate = new CountDownLatch(1);
        int before = service.created.size();
        FutureTask<EpisodeFinished> episode = new FutureTask<>(() -> run(issued("env_agent", 60)));
        Thread worker = Thread.ofVirtual().start(episode);
        await().atMost(PATIENCE).until(() -> servers.atTheGate.get() == 1);
        worker.interrupt();
        worker.join();
        assertThat(service.created).hasSize(before + 1);
        await().atMost(PATIENCE).until(() -> service.released.contains(service.created.getLast()));
    }

    @Test
    void whatAProcessThatDiedHadIsReleasedWhenItsLeaseIsOver() {
        UUID leaked = UUID.randomUUID();
        UUID gone = UUID.randomUUID();
        service.open.add(leaked.toString());
        JdbcTemplate jdbc = rollout.bean(JdbcTemplate.class);
        insert(jdbc, leaked, service.url(), "1 hour");
        insert(jdbc, gone, "http://127.0.0.1:1", "-1 second");
        await().atMost(PATIENCE).until(() -> rows() == 0);
        assertThat(service.released).contains(leaked.toString());
    }

    @Test
    void releasingIsTriedUntilTheServiceConfirmsIt() throws Exception {
        service.releaseFails = true;
        run(issued("env_agent", 60));
        String instance = service.created.getLast();
        await().pollDelay(Duration.ofMillis(500)).atMost(PATIENCE).until(() -> rows() == 1);
        assertThat(service.open).contains(instance);
        service.releaseFails = false;
        await().atMost(PATIENCE).until(() -> service.released.contains(instance));
    }

    private static void insert(JdbcTemplate jdbc, UUID instance, String url, String goneIn) {
        jdbc.update(
                "insert into environment_instance (instance_id, episode_id, url, alive_until, gone_at)"
                        + " values (?, 'run-0/train/1/0/0/0', ?, now() + interval '1 second', now() + ?::interval)",
                instance,
                url,
                goneIn);
    }

    private static int rows() {
        return List.copyOf(
                        rollout.bean(JdbcTemplate.class).queryForList("select instance_id from environment_instance"))
                .size();
    }

    private static String code(TaskIssued issued) throws InterruptedException {
        return run(issued).failure().code();
    }

    private static EpisodeFinished run(TaskIssued issued) throws InterruptedException {
        return rollout.bean(EpisodeRunner.class).run(issued);
    }

    private static RolloutConfig settings(String workflow, double timeout) {
        return TestingEpisodes.settings(workflow, 2, 256, 2048, 8, timeout);
    }

    private static TaskIssued issued(String workflow, double timeout) {
        TaskIssued without = TestingEpisodes.issued(0, 0, 0, settings(workflow, timeout));
        return new TaskIssued(
                without.episode(),
                without.task(),
                without.seed(),
                without.temperature(),
                without.policyVersion(),
                without.deadline(),
                without.rollout(),
                without.judge(),
                new TaskEnvironment(service.url(), "word-problems", "train-0", 5),
                null);
    }
}
