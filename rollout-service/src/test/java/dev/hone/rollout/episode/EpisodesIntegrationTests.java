package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Trajectory;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.task.Task;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.rollout.RolloutApplication;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingServers;
import dev.hone.rollout.workflow.Tuner;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.rollout.workflow.WorkflowOutput;
import io.agentscope.core.shutdown.AgentShuttingDownException;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/// From issued tasks in Kafka to finished episodes in Kafka and over HTTP, with a real broker and a real database; the
/// learner and the sandbox are fakes behind HTTP.
class EpisodesIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final RolloutConfig SETTINGS = TestingEpisodes.settings(2, 256, 2048, 8, 60);

    private static TestingServers servers;
    private static ConfigurableApplicationContext context;
    private static KafkaProducer<String, byte[]> producer;
    private static KafkaConsumer<String, byte[]> consumer;
    private static final List<EpisodeFinished> FINISHED = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path cache) {
        servers = new TestingServers();
        context = RolloutApplication.builder()
                .run(
                        "--ROLLOUT_DB_URL=" + TestInfrastructure.database("rollout"),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--LEARNER_URL=" + servers.url(),
                        "--SANDBOX_URL=" + servers.url(),
                        "--hone.rollout.learner.model-cache=" + cache,
                        "--hone.rollout.lease=2s",
                        "--PORT=0");
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestInfrastructure.brokers(),
                        "group.id",
                        "rollout-test",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(Topics.EPISODE_FINISHED));
    }

    @AfterAll
    static void stop() {
        consumer.close();
        producer.close();
        context.close();
        servers.close();
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
            issued.forEach(EpisodesIntegrationTests::send);
        }
        TaskIssued late = TestingEpisodes.issued(7, 0, 0, SETTINGS);
        awaitFinished("run-1", 20);
        send(issued.getFirst());
        send(late);
        List<EpisodeFinished> finished = awaitFinished("run-1", 21);

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

        assertThatThrownBy(() -> context.getBean(EpisodeRunner.class).run(issued))
                .isInstanceOf(InterruptedException.class);
    }

    private void showsAnEpisodeToPeople() throws Exception {
        String view = get("/api/v1/runs/run-1/episodes/train/1/2/3");
        assertThat(view)
                .contains("\"state\":\"finished\"", "\"text\":\"<|im_end|>\"", "\"inLoss\":true", "\"version\":3");
        assertThat(get("/api/v1/runs/run-1/episodes/train/1/2/3?attempt=4"))
                .contains("Episode run-1/train/1/2/3, attempt 4, is not here");
        assertThat(get("/api/v1/runs/run-1/episodes/train/1/2/3/calls"))
                .startsWith("[{\"attempt\":0,")
                .contains("\"outcome\":\"ok\"", "\"code\":\"print(17 * 23)\"", "\"stdout\":\"391\\n\"");
        assertThat(get("/actuator/prometheus"))
                .contains("hone_rollout_episodes_total", "hone_rollout_queue_depth", "hone_rollout_workers_active");
    }

    private void failsTheEpisodeAndSaysWhyWhenTheSandboxIsDown() throws Exception {
        servers.sandboxDown = true;
        send(TestingEpisodes.issued(8, 0, 1, SETTINGS));
        EpisodeFinished failed = awaitFinished("run-1", 22).get(21);
        servers.sandboxDown = false;
        assertThat(get("/api/v1/runs/run-1/episodes/train/1/8/0/calls"))
                .startsWith("[{\"attempt\":1,")
                .contains("\"outcome\":\"sandbox-unavailable\"", "\"stdout\":null");

        assertThat(failed.failure().code()).isEqualTo("sandbox-unavailable");
        assertThat(failed.failure().retryable()).isTrue();
        assertThat(Trajectory.decode(failed.trajectory()).lossTokens()).isPositive();
    }

    /// A worker that died holds leases that are over; its run allows one episode at a time.
    private void runsInOrderWhatAnotherWorkerLeftBehind() {
        RolloutConfig oneByOne = TestingEpisodes.settings(2, 256, 2048, 1, 60);
        JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
        List<EpisodeKey> keys = new ArrayList<>();
        for (int n : new int[] {5, 1, 4, 0, 3, 2}) {
            TaskIssued left = TestingEpisodes.issued("run-2", n / 2, n % 2, 0, Instant.now(), oneByOne);
            EpisodeKey key = left.episode();
            keys.add(key);
            jdbc.update(
                    """
                    insert into episode (episode_id, run, sample_id, step, task_group, sample, attempt, state,
                        run_workers, issued, worker, lease_until)
                    values (?, 'run-2', ?, 1, ?, ?, 0, 'RUNNING', 1, ?, ?, now() + interval '1 second')""",
                    key.id(),
                    key.sampleId(),
                    key.group(),
                    key.sample(),
                    new String(EventCodec.encode(left)),
                    UUID.randomUUID());
        }
        awaitFinished("run-2", 6);

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
        send(issued("cancelled", 0, 0, 0, oneByOne));
        send(issued("cancelled", 0, 1, 0, oneByOne));
        await().atMost(PATIENCE)
                .until(() -> servers.atTheGate.get() == 1 && states("cancelled").equals(List.of("RUNNING", "QUEUED")));
        send(
                Topics.RUN_CONTROLLED,
                new RunControlled(
                        new RunId("cancelled"), RunControlled.Action.CANCEL, "asked by a test", Instant.now()));
        await().atMost(PATIENCE).until(() -> states("cancelled").equals(List.of("DROPPED", "DROPPED")));
        send(issued("cancelled", 0, 2, 0, oneByOne));
        await().atMost(PATIENCE).until(() -> states("cancelled").size() == 3);
        assertThat(states("cancelled")).containsOnly("DROPPED");
        await().atMost(PATIENCE).until(() -> activeWorkers() == 0);
        servers.gate.countDown();
        assertThat(states("cancelled")).containsOnly("DROPPED");
    }

    @Test
    void stoppedWorkersGiveTheirEpisodesBackAtOnce() {
        EpisodeWorkers workers = context.getBean(EpisodeWorkers.class);
        servers.gate = new CountDownLatch(1);
        send(issued("restarted", 0, 0, 0, SETTINGS));
        send(issued("restarted", 0, 1, 0, SETTINGS));
        await().atMost(PATIENCE).until(() -> servers.atTheGate.get() == 2);
        workers.stop();
        assertThat(states("restarted")).containsExactly("QUEUED", "QUEUED");
        servers.gate.countDown();
        workers.start();
        assertThat(awaitFinished("restarted", 2))
                .allSatisfy(episode -> assertThat(episode.failure()).isNull());
    }

    /// The pauses between refusals grow beyond the interval in which workers look for episodes.
    @Test
    void noFurtherEpisodesBeginWhileTheSandboxIsFull() {
        servers.sandboxFull = true;
        send(issued("full", 0, 0, 0, SETTINGS));
        int before = servers.refusals.get();
        await().atMost(PATIENCE).until(() -> servers.refusals.get() >= before + 2);
        send(issued("full", 0, 1, 0, SETTINGS));
        await().atMost(PATIENCE).until(() -> states("full").size() == 2);
        int later = servers.refusals.get();
        await().atMost(PATIENCE).until(() -> servers.refusals.get() >= later + 3);
        assertThat(states("full")).containsExactly("RUNNING", "QUEUED");
        servers.sandboxFull = false;
        assertThat(awaitFinished("full", 2))
                .allSatisfy(episode -> assertThat(episode.failure()).isNull());
    }

    @Test
    void episodeThatWaitedPastItsDeadlineIsRunAllTheSame() {
        send(TestingEpisodes.issued("late", 0, 0, 0, Instant.now().minusSeconds(3600), SETTINGS));
        assertThat(awaitFinished("late", 1).getFirst().failure()).isNull();
    }

    @Test
    void nextAttemptReplacesTheOneThatStillWaits() {
        servers.gate = new CountDownLatch(1);
        RolloutConfig oneByOne = TestingEpisodes.settings(2, 256, 2048, 1, 60);
        send(issued("repeated", 0, 0, 0, oneByOne));
        send(issued("repeated", 0, 1, 0, oneByOne));
        send(issued("repeated", 0, 0, 1, oneByOne));
        send(issued("repeated", 0, 1, 1, oneByOne));
        await().atMost(PATIENCE)
                .until(() -> states("repeated").equals(List.of("RUNNING", "QUEUED", "DROPPED", "QUEUED")));
        servers.gate.countDown();
        assertThat(awaitFinished("repeated", 3))
                .extracting(episode -> episode.episode().id())
                .containsExactly("repeated/train/1/0/0/0", "repeated/train/1/0/0/1", "repeated/train/1/0/1/1");
    }

    private static TaskIssued issued(String run, int group, int sample, int attempt, RolloutConfig settings) {
        return TestingEpisodes.issued(run, group, sample, attempt, Instant.now().plusSeconds(300), settings);
    }

    private static void send(TaskIssued issued) {
        send(Topics.TASK_ISSUED, issued);
    }

    private static void send(String topic, Event event) {
        producer.send(new ProducerRecord<>(topic, event.key(), EventCodec.encode(event)));
        producer.flush();
    }

    /// States of a run's attempts, in the order of their samples.
    private static List<String> states(String run) {
        return context.getBean(JdbcTemplate.class)
                .queryForList(
                        "select state from episode where run = ? order by task_group, sample, attempt",
                        String.class,
                        run);
    }

    private static double activeWorkers() {
        return context.getBean(MeterRegistry.class)
                .get("hone.rollout.workers.active")
                .gauge()
                .value();
    }

    private static List<EpisodeFinished> awaitFinished(String run, int count) {
        await().atMost(PATIENCE).until(() -> {
            consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> FINISHED.add(EventCodec.decode(record.value(), EpisodeFinished.class)));
            return finished(run).size() >= count;
        });
        assertThat(finished(run)).hasSize(count);
        return finished(run);
    }

    private static List<EpisodeFinished> finished(String run) {
        return FINISHED.stream()
                .filter(episode -> episode.episode().run().value().equals(run))
                .toList();
    }

    private static String get(String path) throws Exception {
        String address = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
