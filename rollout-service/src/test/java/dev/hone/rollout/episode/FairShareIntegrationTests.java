package dev.hone.rollout.episode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.rollout.TestingEpisodes;
import dev.hone.rollout.TestingService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/// Who gets the places that come free, on the real table. The service's own workers are stopped; the test takes
/// episodes as they would, and ends them.
class FairShareIntegrationTests {

    private static final UUID WORKER = UUID.randomUUID();
    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final String LIMITED = "limited";
    private static final int LIMIT = 3;

    private static TestingService service;
    private static JdbcTemplate jdbc;
    private static EpisodeQueue queue;

    private final Map<String, TaskIssued> atWork = new TreeMap<>();
    private final Map<String, Integer> ended = new HashMap<>();

    @BeforeAll
    static void start(@TempDir Path cache) {
        service = new TestingService("fair_share", cache, "--hone.quota.episodes=" + LIMITED + "=" + LIMIT);
        service.bean(EpisodeWorkers.class).stop();
        jdbc = service.bean(JdbcTemplate.class);
        queue = service.bean(EpisodeQueue.class);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @BeforeEach
    void empty() {
        jdbc.execute("truncate episode, cancelled_run");
    }

    private static void issue(String project, String run, int episodes, int runWorkers) {
        List<TaskIssued> issued = new ArrayList<>();
        for (int group = 0; group < episodes; group++) {
            TaskIssued one =
                    TestingEpisodes.issued(group, 0, 0, TestingEpisodes.settings(2, 256, 2048, runWorkers, 60));
            issued.add(new TaskIssued(
                    new EpisodeKey(new RunId(run), Purpose.TRAIN, 1, group, 0, 0),
                    one.task(),
                    one.seed(),
                    one.temperature(),
                    one.policyVersion(),
                    one.deadline(),
                    one.rollout(),
                    one.judge(),
                    null,
                    project));
        }
        queue.enqueue(issued);
    }

    private List<TaskIssued> take(int places) {
        List<TaskIssued> taken = queue.claim(WORKER, Set.of(), places, LEASE);
        taken.forEach(one -> assertThat(atWork.put(one.episode().id(), one)).isNull());
        return taken;
    }

    private void end(String episode) {
        jdbc.update("update episode set state = 'FINISHED', worker = null where episode_id = ?", episode);
        ended.merge(atWork.remove(episode).project(), 1, Integer::sum);
    }

    private String any(Random random) {
        return List.copyOf(atWork.keySet()).get(random.nextInt(atWork.size()));
    }

    private int of(String project) {
        return (int) atWork.values().stream()
                .filter(one -> project.equals(one.project()))
                .count();
    }

    private int ofRun(String run) {
        return (int) atWork.values().stream()
                .filter(one -> one.episode().run().value().equals(run))
                .count();
    }

    @Test
    void aProjectWithTenTimesTheWorkHasTheSameNumberAtWork() {
        issue("big", "a-1", 150, 64);
        issue("big", "a-2", 150, 64);
        issue("small", "z-1", 30, 64);
        Random random = new Random(7);
        take(8);
        while (ended.getOrDefault("small", 0) < 26) {
            assertThat(of("big")).isEqualTo(4);
            assertThat(of("small")).isEqualTo(4);
            assertThat(Math.abs(ofRun("a-1") - ofRun("a-2"))).isLessThanOrEqualTo(4);
            end(any(random));
            take(1);
        }
        // What one leaves free the other uses.
        for (int more = 0; more < 8; more++) {
            end(atWork.values().stream()
                    .filter(one -> one.project().equals("small"))
                    .findFirst()
                    .map(one -> one.episode().id())
                    .orElseGet(() -> any(random)));
            take(1);
        }
        assertThat(of("small")).isZero();
        assertThat(of("big")).isEqualTo(8);
        assertThat(ofRun("a-1")).isEqualTo(ofRun("a-2")).isEqualTo(4);
    }

    @Test
    void whereThereIsOnePlaceNobodyIsAlwaysBehind() {
        issue("a", "a-1", 100, 64);
        issue("b", "b-1", 100, 64);
        for (int turn = 0; turn < 100; turn++) {
            take(1);
            end(any(new Random(turn)));
        }
        // Drawn: 50 of 100, with a standard deviation of 5.
        assertThat(ended.get("a")).isBetween(15, 85);
        assertThat(ended.get("a") + ended.get("b")).isEqualTo(100);
    }

    @Test
    void aProjectHasNoMoreAtWorkThanItsQuotaHoweverManyTake() {
        issue(LIMITED, "l-1", 20, 64);
        issue(LIMITED, "l-2", 20, 64);
        issue("free", "f-1", 20, 64);
        assertThat(take(10)).hasSize(10);
        assertThat(of(LIMITED)).isEqualTo(LIMIT);
        assertThat(take(100)).hasSize(13);
        assertThat(of(LIMITED)).isEqualTo(LIMIT);
        end(atWork.keySet().stream()
                .filter(id -> id.startsWith("l-"))
                .findFirst()
                .orElseThrow());
        assertThat(take(100))
                .singleElement()
                .satisfies(one -> assertThat(one.project()).isEqualTo(LIMITED));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whateverIsThereTheFewestAtWorkComeFirstAndNoPlaceStaysEmpty(long seed) {
        Random random = new Random(seed);
        Map<String, String> projects = new TreeMap<>();
        Map<String, Integer> waiting = new HashMap<>();
        Map<String, Integer> most = new HashMap<>();
        for (int number = 0; number < 2 + random.nextInt(6); number++) {
            String run = "run-" + random.nextInt(100) + "-" + number;
            projects.put(run, List.of("one", "two", LIMITED).get(random.nextInt(3)));
            waiting.put(run, 1 + random.nextInt(40));
            most.put(run, 1 + random.nextInt(12));
            issue(projects.get(run), run, waiting.get(run), most.get(run));
        }
        int capacity = 1 + random.nextInt(20);
        while (waiting.values().stream().anyMatch(left -> left > 0)) {
            for (int ends = random.nextInt(atWork.size() + 1); ends > 0; ends--) {
                end(any(random));
            }
            List<TaskIssued> taken = take(capacity - atWork.size());
            taken.forEach(one -> waiting.merge(one.episode().run().value(), -1, Integer::sum));

            assertThat(atWork.size()).isLessThanOrEqualTo(capacity);
            assertThat(of(LIMITED)).isLessThanOrEqualTo(LIMIT);
            projects.keySet().forEach(run -> assertThat(ofRun(run)).isLessThanOrEqualTo(most.get(run)));
            Set<String> couldTakeMore = projects.keySet().stream()
                    .filter(run -> waiting.get(run) > 0 && ofRun(run) < most.get(run))
                    .filter(run -> !projects.get(run).equals(LIMITED) || of(LIMITED) < LIMIT)
                    .collect(Collectors.toSet());
            if (atWork.size() < capacity) {
                assertThat(couldTakeMore).isEmpty();
            }
            for (TaskIssued one : taken) {
                String run = one.episode().run().value();
                for (String other : couldTakeMore) {
                    assertThat(of(one.project()))
                            .as("at work of %s, which got a place before %s", one.project(), projects.get(other))
                            .isLessThanOrEqualTo(of(projects.get(other)) + 1);
                    if (one.project().equals(projects.get(other))) {
                        assertThat(ofRun(run)).isLessThanOrEqualTo(ofRun(other) + 1);
                    }
                }
            }
        }
        assertThat(jdbc.queryForObject("select count(*) from episode where state = 'QUEUED'", Integer.class))
                .isZero();
    }
}
