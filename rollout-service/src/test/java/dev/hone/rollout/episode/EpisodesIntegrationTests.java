package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingServers;
import dev.hone.rollout.TestingService;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;
import io.agentscope.core.shutdown.AgentShuttingDownException;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/// From issued tasks in Kafka to finished episodes in Kafka and over HTTP, with a real broker and a real database; the
/// learner and the sandbox are fakes behind HTTP.
class EpisodesIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final RolloutConfig SETTINGS = TestingEpisodes.settings(2, 256, 2048, 8, 60);

    private static TestingService service;
    private static TestingServers servers;

    @BeforeAll
    static void start(@TempDir Path cache) {
        service = new TestingService("rollout", cache);
        servers = service.servers;
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @AfterEach
    void openTheGate() {
        servers.gate.countDown();
    }

    @Test
    void finishesEachIssuedTaskOnceHoweverOftenItIsDelivered() throws Exception {
        int before = servers.generated.get();
        servers.busyAnswers.set(3);
        List<TaskIssued> issued = new ArrayList<>();
        for (int group = 0; group < 5; group++) {
            for (int sample = 0; sample < 4; sample++) {
                issued.add(TestingEpisodes.issued(group, sample, 0, SETTINGS));
            }
        }
        for (int delivery = 0; delivery < 2; delivery++) {
            issued.forEach(service::issue);
        }
        TaskIssued late = TestingEpisodes.issued(7, 0, 0, SETTINGS);
        service.awaitFinished("run-1", 20);
        service.issue(issued.getFirst());
        service.issue(late);
        List<EpisodeFinished> finished = service.awaitFinished("run-1", 21);

        assertThat(finished.subList(0, 20))
                .extracting(EpisodeFinished::episode)
                .containsExactlyInAnyOrderElementsOf(
                        issued.stream().map(TaskIssued::episode).toList());
        assertThat(finished.get(20).episode()).isEqualTo(late.episode());
        assertThat(finished).allSatisfy(episode -> {
            assertThat(episode.failure()).isNull();
            assertThat(episode.output()).containsEntry(EpisodeFinished.FINAL_ANSWER, "It is \\boxed{391}.");
            assertThat(episode.output()).containsEntry(EpisodeFinished.FINISH_REASON, "stop");
            assertThat(Trajectory.decode(episode.trajectory()).lossTokens()).isPositive();
        });
        assertThat(servers.generated).hasValue(before + 42);
        showsAnEpisodeToPeople();
        failsTheEpisodeAndSaysWhyWhenTheSandboxIsDown();
        runsInOrderWhatAnotherWorkerLeftBehind();
    }

    @Test
    void learnerThatStartsAgainCostsNoAttempt() {
        servers.modelAway = true;
        service.issue("learner-away", SETTINGS);
        await().atMost(PATIENCE).until(() -> servers.modelRefusals.get() >= 3);
        servers.modelAway = false;
        assertThat(service.awaitFinished("learner-away", 1)).singleElement().satisfies(episode -> {
            assertThat(episode.failure()).isNull();
            assertThat(episode.episode().attempt()).isZero();
        });
    }

    @Test
    void tokensThatAreOldOrTooManyGoAndWhatBecameOfTheEpisodesStays() throws Exception {
        for (int group = 0; group < 4; group++) {
            service.issue(
                    TestingEpisodes.issued("trimmed", group, 0, 0, Instant.now().plusSeconds(300), SETTINGS));
        }
        service.awaitFinished("trimmed", 4);
        JdbcClient jdbc = service.bean(JdbcClient.class);
        jdbc.sql("update episode set finished_at = now() - make_interval(days => 4 - task_group) where run = 'trimmed'")
                .update();
        trim(jdbc, Duration.ofHours(84), DataSize.ofTerabytes(1)); // 3.5 days
        assertThat(kept(jdbc)).containsExactly(1, 2, 3);

        long newest = jdbc.sql("select sum(octet_length(finished)) from episode where finished is not null"
                        + " and finished_at > now() - interval '60 hours'")
                .query(Long.class)
                .single();
        trim(jdbc, Duration.ofDays(90), DataSize.ofBytes(newest));
        assertThat(kept(jdbc)).containsExactly(2, 3);
        assertThat(service.get("/api/v1/runs/trimmed/episodes/train/1/0/0"))
                .contains(
                        "\"status\":410",
                        "trimmed/train/1/0/0 were let go at ",
                        "hone.rollout.finished-episodes.max-age");
        assertThat(service.get("/api/v1/runs/trimmed/episodes/train/1/0/0/tokens"))
                .contains("\"status\":410");
        assertThat(jdbc.sql("select distinct outcome from episode where run = 'trimmed'")
                        .query(String.class)
                        .list())
                .containsExactly("finished");
    }

    private static void trim(JdbcClient jdbc, Duration age, DataSize size) {
        new TrimmedEpisodes(jdbc, new FinishedEpisodesProperties(age, size, Duration.ofMinutes(10))).trim();
    }

    private static List<Integer> kept(JdbcClient jdbc) {
        return jdbc.sql("select task_group from episode where run = 'trimmed' and finished is not null order by"
                        + " task_group")
                .query(Integer.class)
                .list();
    }

    /// What AgentScope does to every agent from the moment on in which the process is told to end.
    public static final class EndingWorkflow implements Workflow {
        @Override
        public WorkflowOutput run(Task task, Tuner tuner) {
            throw new IllegalStateException(new AgentShuttingDownException());
        }
    }

    @Test
    void anEpisodeThatEndsWithTheProcessHasNoResultAndIsLeftToAnotherWorker() throws Exception {
        RolloutConfig settings = TestingEpisodes.settings(EndingWorkflow.class.getName(), 2, 256, 2048, 8, 5);
        TaskIssued issued = TestingEpisodes.issued(20, 0, 0, settings);

        assertThatThrownBy(() -> service.bean(EpisodeRunner.class).run(issued))
                .isInstanceOf(InterruptedException.class);
    }

    private void showsAnEpisodeToPeople() throws Exception {
        String view = service.get("/api/v1/runs/run-1/episodes/train/1/2/3");
        assertThat(view)
                .contains("\"state\":\"finished\"", "\"text\":\"<|im_end|>\"", "\"inLoss\":true", "\"version\":3");
        assertThat(service.get("/api/v1/runs/run-1/episodes/train/1/2/3?attempt=4"))
                .contains("Episode run-1/train/1/2/3, attempt 4, is not here");
        assertThat(service.get("/api/v1/runs/run-1/episodes/train/1/2/3/calls"))
                .startsWith("[{\"attempt\":0,")
                .contains("\"outcome\":\"ok\"", "\"code\":\"print(17 * 23)\"", "\"stdout\":\"391\\n\"");
        assertThat(service.get("/actuator/prometheus"))
                .contains("hone_rollout_episodes_total", "hone_rollout_queue_depth", "hone_rollout_workers_active");
    }

    private void failsTheEpisodeAndSaysWhyWhenTheSandboxIsDown() throws Exception {
        servers.sandboxDown = true;
        service.issue(TestingEpisodes.issued(8, 0, 1, SETTINGS));
        EpisodeFinished failed = service.awaitFinished("run-1", 22).get(21);
        servers.sandboxDown = false;
        assertThat(service.get("/api/v1/runs/run-1/episodes/train/1/8/0/calls"))
                .startsWith("[{\"attempt\":1,")
                .contains("\"outcome\":\"sandbox-unavailable\"", "\"stdout\":null");

        assertThat(failed.failure().code()).isEqualTo("sandbox-unavailable");
        assertThat(failed.failure().retryable()).isTrue();
        assertThat(Trajectory.decode(failed.trajectory()).lossTokens()).isPositive();
    }

    /// A worker that died holds leases that are over; its run allows one episode at a time.
    private void runsInOrderWhatAnotherWorkerLeftBehind() {
        RolloutConfig oneByOne = TestingEpisodes.settings(2, 256, 2048, 1, 60);
        JdbcTemplate jdbc = service.bean(JdbcTemplate.class);
        List<EpisodeKey> keys = new ArrayList<>();
        for (int n : new int[] {5, 1, 4, 0, 3, 2}) {
            TaskIssued left = TestingEpisodes.issued("run-2", n / 2, n % 2, 0, Instant.now(), oneByOne);
            EpisodeKey key = left.episode();
            keys.add(key);
            jdbc.update(
                    """
                    insert into episode (episode_id, run, sample_id, step, task_group, sample, attempt, state,
                        run_workers, issued, worker, lease_until)
                    values (?, 'run-2', ?, 1, ?, ?, 0, 'RUNNING', 1, ?, ?, now() + interval '1 second')\
                    """,
                    key.id(),
                    key.sampleId(),
                    key.group(),
                    key.sample(),
                    new String(EventCodec.encode(left)),
                    UUID.randomUUID());
        }
        service.awaitFinished("run-2", 6);

        assertThat(jdbc.queryForList(
                        "select episode_id from episode where run = 'run-2' order by finished_at", String.class))
                .containsExactlyElementsOf(keys.stream()
                        .sorted(java.util.Comparator.comparing(EpisodeKey::sampleId))
                        .map(EpisodeKey::id)
                        .toList());
    }

    @Test
    void cancelledRunsEpisodesAreDroppedWhetherTheyRunWaitOrComeLater() {
        servers.gate = new CountDownLatch(1);
        RolloutConfig oneByOne = TestingEpisodes.settings(2, 256, 2048, 1, 60);
        service.issue(issued("cancelled", 0, 0, 0, oneByOne));
        service.issue(issued("cancelled", 0, 1, 0, oneByOne));
        await().atMost(PATIENCE)
                .until(() -> servers.atTheGate.get() == 1
                        && service.states("cancelled").equals(List.of("RUNNING", "QUEUED")));
        service.send(
                Topics.RUN_CONTROLLED,
                new RunControlled(
                        new RunId("cancelled"), RunControlled.Action.CANCEL, "asked by a test", Instant.now()));
        await().atMost(PATIENCE).until(() -> service.states("cancelled").equals(List.of("DROPPED", "DROPPED")));
        service.issue(issued("cancelled", 0, 2, 0, oneByOne));
        await().atMost(PATIENCE).until(() -> service.states("cancelled").size() == 3);
        assertThat(service.states("cancelled")).containsOnly("DROPPED");
        await().atMost(PATIENCE).until(() -> activeWorkers() == 0);
        servers.gate.countDown();
        assertThat(service.states("cancelled")).containsOnly("DROPPED");
    }

    @Test
    void stoppedWorkersGiveTheirEpisodesBackAtOnce() {
        EpisodeWorkers workers = service.bean(EpisodeWorkers.class);
        servers.gate = new CountDownLatch(1);
        service.issue(issued("restarted", 0, 0, 0, SETTINGS));
        service.issue(issued("restarted", 0, 1, 0, SETTINGS));
        await().atMost(PATIENCE).until(() -> servers.atTheGate.get() == 2);
        workers.stop();
        assertThat(service.states("restarted")).containsExactly("QUEUED", "QUEUED");
        servers.gate.countDown();
        workers.start();
        assertThat(service.awaitFinished("restarted", 2))
                .allSatisfy(episode -> assertThat(episode.failure()).isNull());
    }

    /// The pauses between refusals grow beyond the interval in which workers look for episodes.
    @Test
    void noFurtherEpisodesBeginWhileTheSandboxIsFull() {
        servers.sandboxFull = true;
        service.issue(issued("full", 0, 0, 0, SETTINGS));
        int before = servers.refusals.get();
        await().atMost(PATIENCE).until(() -> servers.refusals.get() >= before + 2);
        service.issue(issued("full", 0, 1, 0, SETTINGS));
        await().atMost(PATIENCE).until(() -> service.states("full").size() == 2);
        int later = servers.refusals.get();
        await().atMost(PATIENCE).until(() -> servers.refusals.get() >= later + 3);
        assertThat(service.states("full")).containsExactly("RUNNING", "QUEUED");
        servers.sandboxFull = false;
        assertThat(service.awaitFinished("full", 2))
                .allSatisfy(episode -> assertThat(episode.failure()).isNull());
    }

    @Test
    void episodeThatWaitedPastItsDeadlineIsRunAllTheSame() {
        service.issue(TestingEpisodes.issued("late", 0, 0, 0, Instant.now().minusSeconds(3600), SETTINGS));
        assertThat(service.awaitFinished("late", 1).getFirst().failure()).isNull();
    }

    @Test
    void nextAttemptReplacesTheOneThatStillWaits() {
        servers.gate = new CountDownLatch(1);
        RolloutConfig oneByOne = TestingEpisodes.settings(2, 256, 2048, 1, 60);
        service.issue(issued("repeated", 0, 0, 0, oneByOne));
        service.issue(issued("repeated", 0, 1, 0, oneByOne));
        service.issue(issued("repeated", 0, 0, 1, oneByOne));
        service.issue(issued("repeated", 0, 1, 1, oneByOne));
        await().atMost(PATIENCE)
                .until(() -> service.states("repeated").equals(List.of("RUNNING", "QUEUED", "DROPPED", "QUEUED")));
        servers.gate.countDown();
        assertThat(service.awaitFinished("repeated", 3))
                .extracting(episode -> episode.episode().id())
                .containsExactly("repeated/train/1/0/0/0", "repeated/train/1/0/0/1", "repeated/train/1/0/1/1");
    }

    private static TaskIssued issued(String run, int group, int sample, int attempt, RolloutConfig settings) {
        return TestingEpisodes.issued(run, group, sample, attempt, Instant.now().plusSeconds(300), settings);
    }

    private static double activeWorkers() {
        return service.bean(MeterRegistry.class)
                .get("hone.rollout.workers.active")
                .gauge()
                .value();
    }
}
