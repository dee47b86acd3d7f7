package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.DatasetList;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.LedgerReport;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.task.TaskApplication;
import dev.hone.task.dataset.TestingConfigs;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// Which problems are issued, depending on what became of those before.
@SpringBootTest(
        classes = TaskApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=messaging,task-service", "hone.task.sweep-interval=1h"})
class NextTasksIntegrationTests {

    private static final Path DATA =
            Path.of("../examples/math-agent/data").toAbsolutePath().normalize();
    private static TestingRing ring;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void infrastructure(DynamicPropertyRegistry registry) {
        registry.add("TASK_DB_URL", () -> TestInfrastructure.database("task"));
        registry.add("DB_PASSWORD", TestInfrastructure::password);
        registry.add("KAFKA_BROKERS", TestInfrastructure::brokers);
    }

    @BeforeAll
    static void join() {
        ring = new TestingRing(TestInfrastructure.brokers());
    }

    @AfterAll
    static void leave() {
        ring.close();
    }

    @Test
    void aGroupWithoutVarianceIsReplacedUntilTheBatchIsFullAndEveryEpisodeIsAccountedFor() throws Exception {
        RunId run = new RunId("dynamic");
        start(run, config("type: none", "train_batch_size: 2, max_resample: 8"));
        judge(run, 1, 0, 1.0, 1.0); // alike: replaced by group 2
        issued(run, 1, 3);
        judge(run, 1, 1, 1.0, 0.0);
        judge(run, 1, 2, 0.0, 0.0); // replaced by group 3
        List<TaskIssued> issued = issued(run, 1, 4);
        assertThat(issued.stream().collect(Collectors.groupingBy(TaskIssued::task)))
                .as("each group is another problem")
                .hasSize(4);
        judge(run, 1, 3, 0.0, 1.0);
        List<GroupClosed> closed = ring.await(GroupClosed.class, run, 4, g -> true);
        assertThat(closed)
                .allSatisfy(group -> assertThat(group.phase().groups()).isEqualTo(2))
                .filteredOn(GroupClosed::replaced)
                .extracting(GroupClosed::group)
                .containsExactlyInAnyOrder(0, 2);

        complete(run, 1, closed);
        LedgerReport.Counts train = awaitJudged(run, 8);
        assertThat(train.judged()).isEqualTo(8);
        assertThat(train.samples()).isEqualTo(train.judged() + train.givenUp() + train.open());
        assertThat(train.trained()).isEqualTo(4);
        assertThat(train.skipped()).isEqualTo(4);
        assertThat(train.reasons()).containsEntry("skipped", Map.of("zero-variance", 4L));

        Set<String> before = issued.stream().map(task -> task.task().taskId()).collect(Collectors.toSet());
        assertThat(issued(run, 2, 2))
                .as("the next step goes on in the order behind the replacements")
                .extracting(task -> task.task().taskId())
                .doesNotContainAnyElementsOf(before);
    }

    @Test
    void datasetsThatRunsHaveReadAreListedOnceWithTheirSize() throws Exception {
        RunConfig config = config("type: none, rest_steps: 7", "train_batch_size: 2"); // nobody else's
        start(new RunId("reader-1"), config);
        start(new RunId("reader-2"), config);
        issued(new RunId("reader-2"), 1, 2);
        issued(new RunId("reader-1"), 1, 2);
        DatasetList list = get("/api/v1/datasets", DatasetList.class);
        assertThat(list.types()).contains("dataset_file", "huggingface_dat_repo", "env_service");
        assertThat(list.formats()).contains(".jsonl", ".parquet");
        assertThat(list.datasets())
                .filteredOn(dataset -> dataset.settings().equals(config.taskReader()))
                .singleElement()
                .satisfies(dataset -> {
                    assertThat(dataset.runs()).containsExactlyInAnyOrder("reader-1", "reader-2");
                    assertThat(dataset.trainingTasks())
                            .isEqualTo(Files.readAllLines(DATA.resolve("train.jsonl"))
                                    .size());
                    assertThat(dataset.validationTasks()).isZero();
                    assertThat(dataset.fingerprint()).hasSize(64);
                });
    }

    @Test
    void noMoreGroupsAreReplacedThanTheRunAllows() throws Exception {
        RunId run = new RunId("bounded");
        start(run, config("type: none", "train_batch_size: 2, max_resample: 1"));
        judge(run, 1, 0, 0.0, 0.0);
        issued(run, 1, 3);
        judge(run, 1, 1, 0.0, 0.0);
        judge(run, 1, 2, 0.0, 0.0);
        List<GroupClosed> closed = ring.await(GroupClosed.class, run, 3, g -> true);
        assertThat(closed)
                .filteredOn(GroupClosed::replaced)
                .extracting(GroupClosed::group)
                .containsExactly(0);
        assertThat(ring.await(TaskIssued.class, run, 6, t -> true)).hasSize(6);
    }

    @Test
    void failedSamplesOfAReplacedGroupAreGivenUpAndGroupsThatNobodyJudgedStay() throws Exception {
        RunId run = new RunId("failed");
        start(run, config("type: none", "train_batch_size: 2, max_resample: 8"));
        issued(run, 1, 2);
        ring.fail(key(run, 1, 0, 0), false);
        ring.judge(key(run, 1, 0, 1), 1.0); // one member: replaced
        ring.fail(key(run, 1, 1, 0), false);
        ring.fail(key(run, 1, 1, 1), false); // no member: stays
        issued(run, 1, 3);
        judge(run, 1, 2, 1.0, 0.0);
        List<GroupClosed> closed = ring.await(GroupClosed.class, run, 3, g -> true);
        assertThat(closed)
                .filteredOn(GroupClosed::replaced)
                .extracting(GroupClosed::group)
                .containsExactly(0);
        complete(run, 1, closed);
        LedgerReport.Counts train = awaitJudged(run, 3);
        assertThat(train.givenUp()).isEqualTo(3);
        assertThat(train.judged()).isEqualTo(3);
        assertThat(train.samples()).isEqualTo(train.judged() + train.givenUp() + train.open());
    }

    @Test
    void whatWasSolvedHalfTheTimeComesAgainFirst() throws Exception {
        RunId run = new RunId("curriculum");
        start(run, config("type: difficulty, explore: 0.5, rest_steps: 0", "train_batch_size: 2"));
        Map<Integer, String> first = tasks(issued(run, 1, 2));
        judge(run, 1, 0, 1.0, 1.0);
        judge(run, 1, 1, 1.0, 0.0);
        complete(run, 1, ring.await(GroupClosed.class, run, 2, g -> true));
        policy(run, 1);
        Map<Integer, String> second = tasks(issued(run, 2, 2));
        assertThat(second.get(0)).isEqualTo(first.get(1));
        assertThat(second.get(1)).isNotIn(first.values());
    }

    private static Map<Integer, String> tasks(List<TaskIssued> issued) {
        return issued.stream()
                .collect(Collectors.toMap(
                        task -> task.episode().group(), task -> task.task().taskId(), (one, same) -> one));
    }

    private static void start(RunId run, RunConfig config) {
        ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(run, config, Instant.EPOCH));
        policy(run, 0);
    }

    private static void policy(RunId run, int version) {
        ring.send(Topics.POLICY_UPDATED, new PolicyUpdated(run, version, "sha256:00", Instant.EPOCH));
    }

    /// The step's episodes, two for each of so many groups.
    private static List<TaskIssued> issued(RunId run, int step, int groups) {
        return ring.await(TaskIssued.class, run, 2 * groups, t -> t.episode().step() == step);
    }

    private static void judge(RunId run, int step, int group, double... rewards) {
        ring.await(
                TaskIssued.class,
                run,
                2,
                t -> t.episode().group() == group && t.episode().step() == step);
        IntStream.range(0, rewards.length)
                .forEach(sample -> ring.judge(key(run, step, group, sample), rewards[sample]));
    }

    private static EpisodeKey key(RunId run, int step, int group, int sample) {
        return new EpisodeKey(run, Purpose.TRAIN, step, group, sample, 0);
    }

    /// As the learner does: members of replaced groups are skipped, the others trained on.
    private static void complete(RunId run, int step, List<GroupClosed> closed) {
        policy(run, step);
        ring.send(
                Topics.STEP_COMPLETED,
                new StepCompleted(
                        run,
                        new Phase(Purpose.TRAIN, step, 2, false),
                        step,
                        Map.of(),
                        members(closed, false).toList(),
                        List.of(),
                        members(closed, true)
                                .map(key -> new StepCompleted.Skipped(key, "zero-variance"))
                                .toList(),
                        Instant.EPOCH));
    }

    private static Stream<EpisodeKey> members(List<GroupClosed> closed, boolean replaced) {
        return closed.stream()
                .filter(group -> group.replaced() == replaced)
                .flatMap(group -> group.members().stream().map(group::episode));
    }

    private LedgerReport.Counts awaitJudged(RunId run, long settled) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> ledger(run).train(), train -> train.trained() + train.skipped() == settled);
    }

    private LedgerReport ledger(RunId run) throws Exception {
        return get("/api/v1/runs/" + run + "/ledger", LedgerReport.class);
    }

    private <T> T get(String path, Class<T> type) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return EventCodec.json().readValue(answer.body(), type);
        }
    }

    private static RunConfig config(String curriculum, String data) {
        return TestingConfigs.read("""
            hone:
              task_reader:
                dataset_file: {training: {file_path: "%s"}}
                curriculum: {%s}
              data: {%s}
              rollout: {num_repeat: 2}
              trainer_common: {total_training_steps: 2, val_before_train: false, val_after_train: false}
            """.formatted(DATA.resolve("train.jsonl"), curriculum, data));
    }
}
