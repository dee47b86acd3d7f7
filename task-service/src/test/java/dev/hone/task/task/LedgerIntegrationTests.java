package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.PolicyUpdated;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunControlled;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.LedgerReport;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.PlanReport;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.task.TaskApplication;
import dev.hone.task.dataset.TestingConfigs;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// The service between a real broker and a real database; [TestingRing] is everyone else.
@SpringBootTest(
        classes = {TaskApplication.class, LedgerIntegrationTests.Time.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"spring.config.name=messaging,task-service", "hone.task.sweep-interval=1h"})
class LedgerIntegrationTests {

    private static final Path DATA =
            Path.of("../examples/math-agent/data").toAbsolutePath().normalize();
    private static TestingRing ring;
    private static MeterRegistry meters;

    @LocalServerPort
    private int port;

    @Autowired
    private LeaseSweeper sweeper;

    @Autowired
    private TestingClock clock;

    @TestConfiguration(proxyBeanMethods = false)
    static class Time {
        @Bean
        @Primary
        TestingClock testingClock() {
            return new TestingClock();
        }

        @Bean
        @Primary
        ClockJumps testingJumps(TestingClock clock) {
            return new ClockJumps(clock, clock::nanos);
        }
    }

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

    @BeforeEach
    void keep(@Autowired MeterRegistry registry) {
        meters = registry;
    }

    @AfterAll
    static void leaveWithEveryTransitionVisited() {
        ring.close();
        Set<String> visited = meters.find(LedgerMetrics.TRANSITIONS).counters().stream()
                .map(counter -> counter.getId().getTag("from") + " -> "
                        + counter.getId().getTag("to"))
                .filter(transition -> !transition.startsWith("none"))
                .collect(Collectors.toSet());
        Set<String> declared = EpisodeTransitions.NEXT.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream()
                        .map(to -> LedgerMetrics.label(entry.getKey()) + " -> " + LedgerMetrics.label(to)))
                .collect(Collectors.toSet());
        assertThat(visited)
                .as("transitions that the tests of this class went through")
                .isEqualTo(declared);
    }

    @Test
    void runGoesThroughItsPhasesWithEveryEpisodeAccountedFor() throws Exception {
        RunId run = new RunId("whole");
        policy(run, 0); // overtakes the submission
        submit(run, config("total_training_steps: 1"));
        submit(run, config("total_training_steps: 9")); // delivered again, whatever it says
        RunReported prepared = ring.await(RunReported.class, run, 1, r -> true).getFirst();
        assertThat(prepared.state()).isEqualTo(RunReported.State.PREPARED);
        assertThat(prepared.facts())
                .containsExactlyInAnyOrderEntriesOf(Map.of("tasks_train", "4000", "tasks_val", "3", "steps", "1"));

        List<TaskIssued> before = ring.await(TaskIssued.class, run, 3, t -> true);
        assertThat(before).allSatisfy(task -> {
            assertThat(task.episode().purpose()).isEqualTo(Purpose.EVAL);
            assertThat(task.temperature()).isZero();
        });
        assertThat(before).extracting(t -> t.task().taskId()).containsExactlyInAnyOrder("val-0", "val-1", "val-2");
        judgeTwice(before);
        assertThat(ring.await(GroupClosed.class, run, 3, g -> true))
                .hasSize(3)
                .allSatisfy(group -> assertThat(group.phase()).isEqualTo(new Phase(Purpose.EVAL, 0, 3, false)));
        complete(run, new Phase(Purpose.EVAL, 0, 3, false), 0, List.of(), keys(before), List.of());

        List<TaskIssued> training = ring.await(TaskIssued.class, run, 4, train());
        assertThat(training)
                .extracting(t -> t.episode().id())
                .containsExactlyInAnyOrder(
                        "whole/train/1/0/0/0", "whole/train/1/0/1/0", "whole/train/1/1/0/0", "whole/train/1/1/1/0");
        assertThat(training).extracting(TaskIssued::seed).doesNotHaveDuplicates();
        assertThat(training).allSatisfy(t -> assertThat(t.temperature()).isEqualTo(1.0));
        judgeTwice(training);
        List<GroupClosed> groups =
                ring.await(GroupClosed.class, run, 2, g -> g.phase().purpose() == Purpose.TRAIN);
        assertThat(groups).allSatisfy(group -> assertThat(group.members()).hasSize(2));

        List<EpisodeKey> trained =
                keys(training).stream().filter(key -> key.group() == 0).toList();
        List<StepCompleted.Skipped> skipped = keys(training).stream()
                .filter(key -> key.group() == 1)
                .map(key -> new StepCompleted.Skipped(key, "zero-variance"))
                .toList();
        policy(run, 1);
        for (int time = 0; time < 2; time++) {
            complete(run, new Phase(Purpose.TRAIN, 1, 2, false), 1, trained, List.of(), skipped);
        }
        List<TaskIssued> after = ring.await(
                TaskIssued.class,
                run,
                3,
                t -> t.episode().purpose() == Purpose.EVAL && t.episode().step() == 1);
        assertThat(after).extracting(TaskIssued::policyVersion).containsOnly(1);
        judgeTwice(after);
        ring.await(GroupClosed.class, run, 3, g -> g.phase().last());
        complete(run, new Phase(Purpose.EVAL, 1, 3, true), 1, List.of(), keys(after), List.of());
        ring.send(
                Topics.LEARNER_RUN_REPORTED,
                new RunReported(run, RunReported.State.COMPLETED, null, Map.of(), Instant.EPOCH));
        awaitLedger(run, l -> l.state() == RunState.COMPLETED && l.eval().evaluated() == 6);

        LedgerReport ledger = ledger(run);
        assertThat(ledger.train())
                .isEqualTo(new LedgerReport.Counts(
                        4, 4, 0, 4, 0, 2, 0, 2, 0, Map.of("skipped", Map.of("zero-variance", 2L))));
        assertThat(ledger.eval()).isEqualTo(new LedgerReport.Counts(6, 6, 0, 6, 0, 0, 6, 0, 0, Map.of()));
        PlanReport plan = get("/api/v1/runs/whole/plan", PlanReport.class);
        assertThat(plan.phases())
                .hasSize(3)
                .extracting(PlanReport.Planned::state)
                .containsOnly("completed");
        assertThat(ring.await(TaskIssued.class, run, 10, t -> true)).hasSize(10);
        assertThat(ring.await(GroupClosed.class, run, 8, g -> true)).hasSize(8);
    }

    @Test
    void failedEpisodeIsIssuedAgainUntilItIsGivenUp() throws Exception {
        RunId run = new RunId("failing");
        start(run, config("total_training_steps: 1, val_before_train: false"));
        List<TaskIssued> first = ring.await(TaskIssued.class, run, 4, t -> true);
        EpisodeKey key = key(run, 0, 0, 0);
        ring.fail(key, true);
        ring.fail(key, true); // told twice, issued again once
        TaskIssued second = ring.await(
                        TaskIssued.class, run, 1, t -> t.episode().attempt() == 1)
                .getFirst();
        assertThat(second.episode()).isEqualTo(key(run, 0, 0, 1));
        TaskIssued original =
                first.stream().filter(t -> t.episode().equals(key)).findFirst().orElseThrow();
        assertThat(second.seed()).isEqualTo(original.seed());
        assertThat(second.task()).isEqualTo(original.task());
        ring.fail(key(run, 0, 0, 1), true);
        ring.await(TaskIssued.class, run, 1, t -> t.episode().attempt() == 2);
        ring.fail(key(run, 0, 0, 2), true);
        ring.judge(key(run, 0, 1, 0), 1.0);
        ring.fail(key(run, 1, 0, 0), false); // trying again cannot help
        ring.judge(key(run, 1, 1, 0), 0.0);
        List<GroupClosed> groups = ring.await(GroupClosed.class, run, 2, g -> true);
        GroupClosed group =
                groups.stream().filter(g -> g.group() == 0).findFirst().orElseThrow();
        assertThat(group.members()).containsExactly(new GroupClosed.Member(1, 0, 1.0, true));
        assertThat(group.givenUp())
                .containsExactly(
                        new GroupClosed.GivenUp(0, 3, new Failure("generate-timeout", "No tokens for 120 s.", false)));
        assertThat(ledger(run).train())
                .isEqualTo(new LedgerReport.Counts(
                        4,
                        6,
                        0,
                        2,
                        2,
                        0,
                        0,
                        0,
                        2,
                        Map.of(
                                "given_up",
                                Map.of("generate-timeout", 2L),
                                "superseded",
                                Map.of("generate-timeout", 2L))));
    }

    @Test
    void expiredLeaseIsIssuedAgainAndTheFirstVerdictWins() throws Exception {
        RunId run = new RunId("expiring");
        start(run, config("total_training_steps: 1, val_before_train: false"));
        List<TaskIssued> issued = ring.await(TaskIssued.class, run, 4, t -> true);
        ring.judge(key(run, 0, 1, 0), 1.0);
        awaitLedger(run, l -> l.train().judged() == 1);
        clock.forward(Duration.between(clock.instant(), issued.getFirst().deadline()));
        sweeper.sweep();
        assertThat(ledger(run).train().attempts()).isEqualTo(4); // the deadline itself is in time
        clock.forward(Duration.ofMillis(1));
        sweeper.sweep();
        sweeper.sweep();
        ring.await(TaskIssued.class, run, 3, t -> t.episode().attempt() == 1);
        ring.fail(key(run, 1, 0, 0), true); // late, and the next attempt is out already
        ring.judge(key(run, 0, 0, 0), 0.0); // the worker was only slow
        ring.judge(key(run, 0, 0, 1), 1.0); // too late now
        GroupClosed group = ring.await(GroupClosed.class, run, 1, g -> true).getFirst();
        assertThat(group.members())
                .containsExactly(new GroupClosed.Member(0, 0, 0.0, false), new GroupClosed.Member(1, 0, 1.0, true));

        awaitLedger(run, l -> l.train().superseded() == 2);
        for (int round = 0; round < 2; round++) {
            clock.forward(Duration.ofDays(1));
            sweeper.sweep();
        }
        GroupClosed lost =
                ring.await(GroupClosed.class, run, 1, g -> g.group() == 1).getFirst();
        assertThat(lost.members()).isEmpty();
        assertThat(lost.givenUp()).hasSize(2).allSatisfy(sample -> {
            assertThat(sample.attempts()).isEqualTo(3);
            assertThat(sample.reason().code()).isEqualTo("lease-expired");
        });
        LedgerReport.Counts counts = ledger(run).train();
        assertThat(counts.open()).isZero();
        assertThat(counts.judged() + counts.givenUp())
                .isEqualTo(counts.samples())
                .isEqualTo(4);
        assertThat(ring.await(GroupClosed.class, run, 2, g -> true)).hasSize(2);
    }

    @Test
    void pausedRunIssuesNothingNewAndCancelledOneGivesUp() throws Exception {
        RunId run = new RunId("steered");
        start(run, config("total_training_steps: 2"));
        List<TaskIssued> evaluation = ring.await(TaskIssued.class, run, 3, t -> true);
        control(run, RunControlled.Action.PAUSE);
        awaitLedger(run, l -> l.state() == RunState.PAUSED);
        judgeTwice(evaluation);
        ring.await(GroupClosed.class, run, 3, g -> true);
        complete(run, new Phase(Purpose.EVAL, 0, 3, false), 0, List.of(), keys(evaluation), List.of());
        awaitLedger(run, l -> l.eval().evaluated() == 3);
        assertThat(ledger(run).train().samples()).isZero();
        control(run, RunControlled.Action.RESUME);
        ring.await(TaskIssued.class, run, 4, train());
        ring.judge(key(run, 0, 0, 0), 1.0);
        awaitLedger(run, l -> l.train().judged() == 1);
        control(run, RunControlled.Action.CANCEL);
        awaitLedger(run, l -> l.state() == RunState.CANCELLED);
        ring.judge(key(run, 0, 1, 0), 1.0); // comes too late
        policy(run, 1);
        ring.judge(key(run, 9, 9, 0), 1.0); // was never issued
        LedgerReport.Counts counts = ledger(run).train();
        assertThat(counts.givenUp()).isEqualTo(3);
        assertThat(counts.reasons()).isEqualTo(Map.of("given_up", Map.of("cancelled", 3L)));
        assertThat(ledger(run).reason()).isEqualTo("asked by a test");
    }

    @Test
    void stepsAreIssuedAheadAsFarAsTheStalenessBoundAllows() throws Exception {
        RunId run = new RunId("ahead");
        start(run, config("total_training_steps: 4, val_before_train: false, max_staleness: 1"));
        assertThat(ring.await(TaskIssued.class, run, 8, train())).allSatisfy(task -> {
            assertThat(task.episode().step()).isIn(1, 2);
            assertThat(task.policyVersion()).isZero();
        });
        assertThat(issuedSteps(run)).containsExactly(1, 2);
        policy(run, 1);
        assertThat(ring.await(TaskIssued.class, run, 4, t -> t.episode().step() == 3))
                .allSatisfy(task -> assertThat(task.policyVersion()).isEqualTo(1));
        assertThat(issuedSteps(run)).containsExactly(1, 2, 3);
        control(run, RunControlled.Action.CANCEL);
        awaitLedger(run, l -> l.state() == RunState.CANCELLED);
    }

    private List<Integer> issuedSteps(RunId run) throws Exception {
        return get("/api/v1/runs/" + run + "/plan", PlanReport.class).phases().stream()
                .filter(planned -> planned.state().equals("issued"))
                .map(planned -> planned.phase().step())
                .toList();
    }

    @Test
    void runWithoutAUsableDatasetFailsWithTheKey() {
        RunId run = new RunId("without-data");
        submit(run, TestingConfigs.files(Path.of("/nowhere/train.jsonl"), DATA.resolve("test.jsonl"), ""));
        RunReported report = ring.await(RunReported.class, run, 1, r -> true).getFirst();
        assertThat(report.state()).isEqualTo(RunReported.State.FAILED);
        assertThat(report.failure().message())
                .startsWith("hone.task_reader.dataset_file.training.file_path: No file /nowhere/train.jsonl");
    }

    @Test
    void preflightReadsTheDatasetAndSaysWhatIsWrong() throws Exception {
        assertThat(preflight(config("total_training_steps: 1")).problems()).isEmpty();
        assertThat(preflight(TestingConfigs.files(Path.of("none.jsonl"), Path.of("none.jsonl"), ""))
                        .problems())
                .singleElement()
                .satisfies(p -> assertThat(p.key()).isEqualTo("hone.task_reader.dataset_file.training.file_path"));
        RunConfig tooLarge = TestingConfigs.files(DATA.resolve("train.jsonl"), DATA.resolve("test.jsonl"), """
                max_training_tasks: 5
            """);
        assertThat(preflight(tooLarge).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.message()).startsWith("is 16, but there are only 5 training tasks"));
    }

    @Test
    void unknownRunIsAProblemThatSaysWhatToDo() throws Exception {
        HttpResponse<String> answer = send(request("/api/v1/runs/nobody/ledger").GET());
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("No run 'nobody' is known here");
    }

    @Test
    void timeThatTheServiceWasAwayCostsNoAttempt() throws Exception {
        RunId run = new RunId("interrupted");
        start(run, config("total_training_steps: 1, val_before_train: false"));
        List<TaskIssued> issued = ring.await(TaskIssued.class, run, 4, t -> true);
        clock.forward(Duration.ofDays(1)); // longer than any lease
        sweeper.renew(); // as when it starts
        sweeper.sweep();
        assertThat(ledger(run).train().attempts()).isEqualTo(4);
        judgeTwice(issued);
        ring.await(GroupClosed.class, run, 2, g -> g.members().size() == 2);
    }

    @Test
    void clockThatIsSetCostsNoAttemptAndHoldsNoneLonger() throws Exception {
        RunId run = new RunId("jumping");
        start(run, config("total_training_steps: 1, val_before_train: false"));
        Instant before = clock.instant();
        List<TaskIssued> issued = ring.await(TaskIssued.class, run, 4, t -> true);
        Duration lease = Duration.between(before, issued.getFirst().deadline());
        sweeper.sweep();
        clock.set(Duration.ofDays(2));
        sweeper.sweep();
        assertThat(ledger(run).train().attempts()).as("set on").isEqualTo(4);
        clock.set(Duration.ofDays(-3));
        sweeper.sweep();
        clock.forward(lease.plusSeconds(1));
        sweeper.sweep();
        assertThat(ledger(run).train().attempts()).as("set back").isEqualTo(8);
        judgeTwice(issued);
        ring.await(GroupClosed.class, run, 2, g -> g.members().size() == 2);
        clock.set(Duration.ofDays(1));
        sweeper.sweep();
    }

    private static RunConfig config(String trainer) {
        return TestingConfigs.files(DATA.resolve("train.jsonl"), DATA.resolve("test.jsonl"), """
                max_validation_tasks: 3
              data: {train_batch_size: 2}
              rollout: {num_repeat: 2}
              trainer_common: {%s}
            """.formatted(trainer));
    }

    private static void start(RunId run, RunConfig config) {
        submit(run, config);
        policy(run, 0);
    }

    private static void submit(RunId run, RunConfig config) {
        ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(run, config, Instant.EPOCH));
    }

    private static void policy(RunId run, int version) {
        ring.send(Topics.POLICY_UPDATED, new PolicyUpdated(run, version, "sha256:00", Instant.EPOCH));
    }

    private static void control(RunId run, RunControlled.Action action) {
        ring.send(Topics.RUN_CONTROLLED, new RunControlled(run, action, "asked by a test", Instant.EPOCH));
    }

    private static void complete(
            RunId run,
            Phase phase,
            int version,
            List<EpisodeKey> trained,
            List<EpisodeKey> evaluated,
            List<StepCompleted.Skipped> skipped) {
        ring.send(
                Topics.STEP_COMPLETED,
                new StepCompleted(run, phase, version, Map.of(), trained, evaluated, skipped, Instant.EPOCH));
    }

    private static void judgeTwice(List<TaskIssued> tasks) {
        IntStream.range(0, 2).forEach(time -> tasks.forEach(task -> ring.judge(task.episode(), 1.0 - time)));
    }

    private static List<EpisodeKey> keys(List<TaskIssued> tasks) {
        return tasks.stream().map(TaskIssued::episode).toList();
    }

    private static Predicate<TaskIssued> train() {
        return task -> task.episode().purpose() == Purpose.TRAIN;
    }

    private static EpisodeKey key(RunId run, int group, int sample, int attempt) {
        return new EpisodeKey(run, Purpose.TRAIN, 1, group, sample, attempt);
    }

    private void awaitLedger(RunId run, Predicate<LedgerReport> until) {
        await().atMost(Duration.ofSeconds(60)).until(() -> until.test(ledger(run)));
    }

    private LedgerReport ledger(RunId run) throws IOException, InterruptedException {
        return get("/api/v1/runs/" + run + "/ledger", LedgerReport.class);
    }

    private PreflightReport preflight(RunConfig config) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request("/api/v1/preflight")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(EventCodec.json().writeValueAsString(config))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return EventCodec.json().readValue(answer.body(), PreflightReport.class);
    }

    private <T> T get(String path, Class<T> type) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request(path).GET());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return EventCodec.json().readValue(answer.body(), type);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
