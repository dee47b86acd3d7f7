package dev.hone.judge.rejudgement;

import static dev.hone.judge.TestingEpisodes.MATH_AGENT;
import static dev.hone.judge.TestingEpisodes.episode;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.judge.RejudgeRequest;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.LlmConfig;
import dev.hone.contracts.task.Task;
import dev.hone.judge.TestingJudgeService;
import dev.hone.judge.TestingLlm;
import dev.hone.judge.grading.StoredEpisodes;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.Score;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Stored episodes judged again, over HTTP, with a real database.
class RejudgementIntegrationTests {

    private static final Logger LOG = LoggerFactory.getLogger(RejudgementIntegrationTests.class);

    private static TestingJudgeService service;

    @BeforeAll
    static void start() {
        service = TestingJudgeService.start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    /// Likes what the rule does not, and the other way round.
    public static final class Contrary implements Judge {
        @Override
        public Score judge(Task task, EpisodeFinished episode) {
            boolean right = episode.messages().getLast().content().contains("\\boxed{4}");
            return new Score(right ? 0 : 1, right ? "too-right" : "none", "contrary");
        }
    }

    private static final JudgeConfig CONTRARY =
            new JudgeConfig("customized_protocol", Contrary.class.getName(), Map.of(), 30, LlmConfig.NONE);

    @Test
    void aReportSaysWhatFlippedAndTheFirstVerdictStays() {
        finish("flips", 10, i -> i < 7 ? "\\boxed{4}" : i < 9 ? "\\boxed{5}" : "Four.");
        JsonNode report = judged("flips", new RejudgeRequest(CONTRARY, RejudgeRequest.Selection.ALL, ""));
        assertThat(report.path("compared").asInt()).isEqualTo(10);
        assertThat(report.path("notStored").asInt()).isZero();
        assertThat(report.path("rightToWrong").asInt()).isEqualTo(7);
        assertThat(report.path("wrongToRight").asInt()).isEqualTo(3);
        assertThat(report.path("rewardChanged").asInt()).isEqualTo(10);
        assertThat(report.path("solvedBefore").asInt()).isEqualTo(7);
        assertThat(report.path("solvedAfter").asInt()).isEqualTo(3);
        assertThat(report.path("meanRewardBefore").asDouble()).isEqualTo((7 * 1.0 + 3 * 0.2) / 10);
        assertThat(report.path("meanRewardAfter").asDouble()).isEqualTo(0.3);
        assertThat(report.path("causes").toString())
                .isEqualTo("[{\"before\":\"none\",\"after\":\"too-right\",\"episodes\":7},"
                        + "{\"before\":\"wrong\",\"after\":\"none\",\"episodes\":2},"
                        + "{\"before\":\"no-answer\",\"after\":\"none\",\"episodes\":1}]");
        assertThat(report.path("flipped").size()).isEqualTo(10);
        assertThat(report.at("/flipped/9").toString())
                .isEqualTo("{\"episode\":\"flips/train/1/9/0/0\",\"causeBefore\":\"no-answer\","
                        + "\"causeAfter\":\"none\",\"rewardBefore\":0.2,\"rewardAfter\":1.0}");
        assertThat(service.get("/api/v1/runs/flips/episodes/train/1/0/0/verdict")
                        .json()
                        .at("/verdict/reward")
                        .asDouble())
                .isEqualTo(1.0);
    }

    @Test
    void askingAgainIsTheSameSetAndJudgesOnlyWhatIsNew() {
        finish("again", 5, i -> "\\boxed{4}");
        RejudgeRequest request = new RejudgeRequest(MATH_AGENT, RejudgeRequest.Selection.ALL, "");
        JsonNode first = judged("again", request);
        finish("again", 8, i -> i < 5 ? "\\boxed{4}" : "\\boxed{5}");
        JsonNode second = judged("again", request);
        assertThat(second.at("/rejudgement/id")).isEqualTo(first.at("/rejudgement/id"));
        assertThat(first.path("compared").asInt()).isEqualTo(5);
        assertThat(second.path("compared").asInt()).isEqualTo(8);
        assertThat(second.path("flipped").size()).isZero();
        judged("again", new RejudgeRequest(MATH_AGENT, RejudgeRequest.Selection.ALL, "another"));
        assertThat(service.get("/api/v1/runs/again/rejudgements")
                        .json()
                        .path("rejudgements")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void aSelectionNamesStepsPurposeCauseAndSuccess() {
        TestingJudgeService.finish(List.of(
                of("chosen", Purpose.TRAIN, 1, 0, "\\boxed{4}"),
                of("chosen", Purpose.TRAIN, 2, 0, "\\boxed{5}"),
                of("chosen", Purpose.TRAIN, 3, 0, "Four."),
                of("chosen", Purpose.EVAL, 2, 0, "\\boxed{5}")));
        awaitVerdicts("chosen", 4);
        assertThat(chosen(new RejudgeRequest.Selection("train", null, null, null, null)))
                .isEqualTo(3);
        assertThat(chosen(new RejudgeRequest.Selection("train", 2, 3, null, null)))
                .isEqualTo(2);
        assertThat(chosen(new RejudgeRequest.Selection(null, null, 2, null, null)))
                .isEqualTo(3);
        assertThat(chosen(new RejudgeRequest.Selection(null, null, null, "wrong", null)))
                .isEqualTo(2);
        assertThat(chosen(new RejudgeRequest.Selection("eval", null, null, null, true)))
                .isZero();
        assertThat(chosen(new RejudgeRequest.Selection(null, null, null, null, false)))
                .isEqualTo(3);
    }

    private static int chosen(RejudgeRequest.Selection selection) {
        return judged("chosen", new RejudgeRequest(CONTRARY, selection, ""))
                .path("compared")
                .asInt();
    }

    @Test
    void aLanguageModelThatIsAwayIsWaitedFor() {
        finish("patient", 3, i -> "\\boxed{four}");
        try (TestingLlm llm = new TestingLlm(request -> TestingLlm.verdict(true))) {
            String id = start("patient", llm.judge(), request -> TestingLlm.status(503, Map.of()), llm);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> progress("patient", id)
                            .path("waitingFor")
                            .asString("")
                            .contains("status 503"));
            assertThat(progress("patient", id).path("state").asString()).isEqualTo("RUNNING");
            llm.model = request -> TestingLlm.verdict(true);
            JsonNode report = done("patient", id);
            assertThat(report.path("wrongToRight").asInt()).isEqualTo(3);
            assertThat(report.at("/rejudgement/waitingFor").isNull()).isTrue();
        }
    }

    /// The model answers the check before the set begins, and then as told.
    private static String start(
            String run, JudgeConfig judge, Function<TestingLlm.Request, TestingLlm.Answer> then, TestingLlm llm) {
        llm.model = request -> {
            llm.model = then;
            return TestingLlm.verdict(true);
        };
        return service.post(
                        "/api/v1/runs/" + run + "/rejudgements",
                        new RejudgeRequest(judge, RejudgeRequest.Selection.ALL, ""))
                .json()
                .path("id")
                .asString();
    }

    @Test
    void aJudgeThatCannotWorkIsRefusedWithTheKey() {
        TestingJudgeService.Answer answer = service.post(
                "/api/v1/runs/any/rejudgements",
                new RejudgeRequest(
                        new JudgeConfig("customized_protocol", "org.example.Nowhere", Map.of(), 30, LlmConfig.NONE),
                        RejudgeRequest.Selection.ALL,
                        ""));
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/key").asString()).isEqualTo("hone.task_judge.judge_protocol");
        TestingJudgeService.Answer none = service.get("/api/v1/runs/any/rejudgements/0123/report");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.body()).contains("has no rejudgement 0123");
    }

    @Test
    @Tag("slow")
    void tenThousandEpisodesAreJudgedAgainWithinAMinute() {
        finish("many", 10_000, i -> "Step by step: " + "the sum is 4. ".repeat(40) + "\\boxed{" + i % 5 + "}");
        long start = System.nanoTime();
        JsonNode report = judged("many", new RejudgeRequest(CONTRARY, RejudgeRequest.Selection.ALL, ""));
        LOG.warn("10,000 episodes were judged again in {} ms", (System.nanoTime() - start) / 1_000_000);
        assertThat(report.path("rightToWrong").asInt()).isEqualTo(2_000);
        assertThat(report.path("wrongToRight").asInt()).isEqualTo(8_000);
        assertThat(report.path("flipped").size()).isEqualTo(1_000);
        JsonNode page = service.get("/api/v1/runs/many/rejudgements/"
                        + report.at("/rejudgement/id").asString() + "/report?limit=10000&after="
                        + report.path("next").asString())
                .json();
        assertThat(page.path("flipped").size()).isEqualTo(9_000);
        assertThat(page.path("next").isNull()).isTrue();
    }

    private static EpisodeFinished of(String run, Purpose purpose, int step, int group, String answer) {
        return episode(new EpisodeKey(new RunId(run), purpose, step, group, 0, 0), MATH_AGENT, "#### 4", says(answer));
    }

    private static void finish(String run, int count, IntFunction<String> answer) {
        TestingJudgeService.finish(IntStream.range(0, count)
                .mapToObj(i -> of(run, Purpose.TRAIN, 1, i, answer.apply(i)))
                .toList());
        awaitVerdicts(run, count);
    }

    private static void awaitVerdicts(String run, int count) {
        StoredEpisodes stored = service.bean(StoredEpisodes.class);
        await().atMost(Duration.ofSeconds(300)).until(() -> stored.count(run, RejudgeRequest.Selection.ALL) == count);
    }

    private static JsonNode judged(String run, RejudgeRequest request) {
        TestingJudgeService.Answer started = service.post("/api/v1/runs/" + run + "/rejudgements", request);
        assertThat(started.status()).isEqualTo(202);
        return done(run, started.json().path("id").asString());
    }

    private static JsonNode done(String run, String id) {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> progress(run, id).path("state").asString().equals("DONE"));
        return service.get("/api/v1/runs/" + run + "/rejudgements/" + id + "/report")
                .json();
    }

    private static JsonNode progress(String run, String id) {
        return service.get("/api/v1/runs/" + run + "/rejudgements/" + id).json();
    }
}
