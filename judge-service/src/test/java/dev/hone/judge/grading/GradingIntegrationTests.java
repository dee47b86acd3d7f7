package dev.hone.judge.grading;

import static dev.hone.judge.TestingEpisodes.MATH_AGENT;
import static dev.hone.judge.TestingEpisodes.episode;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.JudgeList;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.judge.TestingJudgeService;
import dev.hone.judge.TestingLlm;
import dev.hone.messaging.TestInfrastructure;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.unit.DataSize;

/// From a finished episode in Kafka to its verdict in Kafka and over HTTP, with a real broker and a real database.
class GradingIntegrationTests {

    private static TestingJudgeService service;

    @BeforeAll
    static void start() {
        service = TestingJudgeService.start();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void anEpisodeDeliveredTwiceGetsOneVerdict() throws Exception {
        EpisodeFinished first = episode(0, MATH_AGENT, "#### 1,234", says("\\boxed{1234}"));
        EpisodeFinished second = episode(1, MATH_AGENT, "#### 1,234", says("\\boxed{7}"));
        TestingJudgeService.finish(List.of(first, first, second));
        try (KafkaConsumer<String, byte[]> consumer = verdicts("grading-test")) {
            List<EpisodeJudged> judged = new ArrayList<>();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> judged.add(read(record.value())));
                judged.removeIf(event -> !event.episode().run().value().equals("run-1"));
                return judged.stream().anyMatch(event -> event.episode().attempt() == 1);
            });
            assertThat(judged).extracting(event -> event.episode().attempt()).containsExactly(0, 1);
            assertThat(judged).extracting(event -> event.verdict().reward()).containsExactly(1.0, 0.2);
        }
        TestingJudgeService.Answer verdict = service.get("/api/v1/runs/run-1/episodes/train/1/2/3/verdict");
        assertThat(verdict.status()).isEqualTo(200);
        assertThat(EventCodec.json()
                        .readValue(verdict.body(), EpisodeJudged.class)
                        .episode())
                .isEqualTo(second.episode());
        TestingJudgeService.Answer none = service.get("/api/v1/runs/run-1/episodes/train/9/2/3/verdict");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.body()).contains("run-1/train/9/2/3 has no verdict");
        assertThat(service.get("/actuator/prometheus").body())
                .contains(
                        "hone_judge_verdicts_total",
                        "hone_judge_reward",
                        "hone_judge_part_sum{application=\"judge-service\",part=\"format\"",
                        "hone_judge_habits_total");
    }

    @Test
    void judgesThatARunCanNameAreListedWithTheirDefaults() throws Exception {
        JudgeList list =
                EventCodec.json().readValue(service.get("/api/v1/judges").body(), JudgeList.class);
        assertThat(list.protocols())
                .extracting(JudgeList.Protocol::name, JudgeList.Protocol::lead)
                .containsExactly(tuple("math_agent", "math_answer"), tuple("math_agent_llm", "math_answer"));
        assertThat(list.protocols().getFirst().aliases())
                .containsExactly("tutorial.example_math_agent.math_answer_as_judge->MathAnswerAsJudge");
        assertThat(list.judges())
                .extracting(JudgeList.Judge::name)
                .containsExactly("env_evaluate", "format", "math_answer", "tool_discipline");
        assertThat(list.judges())
                .allSatisfy(judge -> assertThat(judge.description()).isNotBlank());
        assertThat(list.defaults()).isEqualTo(RunConfigReader.defaults().taskJudge());
    }

    @Test
    void anOutageOfTheLanguageModelHoldsUpItsOwnEpisodesAloneAndLosesNone() throws Exception {
        try (TestingLlm llm = new TestingLlm(request -> TestingLlm.status(503, Map.of()));
                KafkaConsumer<String, byte[]> consumer = verdicts("outage-test")) {
            List<EpisodeFinished> waiting = IntStream.range(0, 40)
                    .mapToObj(i -> episode(
                            key("asks", i), llm.judge(), "#### 4", says("\\boxed{four, item " + i + " of 100}")))
                    .toList();
            TestingJudgeService.finish(waiting);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> llm.requests.size() >= 40 && metric("hone_judge_waiting") == 40);
            TestingJudgeService.finish(List.of(episode(key("rule", 0), MATH_AGENT, "4", says("\\boxed{4}"))));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> service.get("/api/v1/runs/rule/episodes/train/1/0/0/verdict")
                                    .status()
                            == 200);
            assertThat(metric("hone_judge_waiting")).isEqualTo(40);
            TestingJudgeService.finish(waiting); // delivered twice

            llm.model = request -> TestingLlm.verdict(request.prompt().contains("item 7 of"));
            List<EpisodeJudged> judged = new ArrayList<>();
            await().atMost(Duration.ofSeconds(120)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> judged.add(read(record.value())));
                judged.removeIf(event -> !event.episode().run().value().equals("asks"));
                return judged.size() >= 40;
            });
            assertThat(judged).extracting(EpisodeJudged::episode).doesNotHaveDuplicates();
            assertThat(judged).allSatisfy(event -> assertThat(event.verdict()).isNotNull());
            assertThat(judged)
                    .filteredOn(event -> event.verdict().success())
                    .extracting(event -> event.episode().group())
                    .containsExactly(7);
            assertThat(metric("hone_judge_waiting")).isZero();
        }
    }

    @Test
    void episodeThatHasWaitedTooLongEndsWithoutAVerdictAndSaysWhy() throws Exception {
        EpisodeFinished lasting = episode(key("given-up", 0), nobodyThere(), "#### 4", says("\\boxed{four}"));
        TestingJudgeService.finish(List.of(lasting));
        JdbcClient jdbc = service.bean(JdbcClient.class);
        await().atMost(Duration.ofSeconds(60)).until(() -> tries(jdbc, lasting) >= 2);
        assertThat(verdict("given-up").status()).isEqualTo(404);
        double before = counted("judge-unavailable");

        waited(jdbc, lasting, "6 hours");
        await().atMost(Duration.ofSeconds(60)).until(() -> verdict("given-up").status() == 200);
        EpisodeJudged judged = EventCodec.json().readValue(verdict("given-up").body(), EpisodeJudged.class);
        assertThat(judged.failure().code()).isEqualTo("judge-unavailable");
        assertThat(judged.failure().retryable()).isTrue();
        assertThat(judged.failure().message())
                .startsWith(lasting.episode().id() + " waited 360 minutes for a verdict, longer than"
                        + " hone.judge.waiting.longest: ")
                .contains("127.0.0.1");
        assertThat(tries(jdbc, lasting)).as("waits no more").isEqualTo(-1);
        assertThat(counted("judge-unavailable")).isEqualTo(before + 1);
    }

    @Test
    void clockThatIsSetBackHoldsNoEpisode() {
        EpisodeFinished held = episode(key("held", 0), nobodyThere(), "#### 4", says("\\boxed{four}"));
        TestingJudgeService.finish(List.of(held));
        JdbcClient jdbc = service.bean(JdbcClient.class);
        await().atMost(Duration.ofSeconds(60)).until(() -> tries(jdbc, held) >= 1);
        int before = tries(jdbc, held);
        jdbc.sql("update waiting_episode set not_before = now() + interval '1 day' where episode_id = ?")
                .param(held.episode().id())
                .update();
        await().atMost(Duration.ofSeconds(60)).until(() -> tries(jdbc, held) > before);
        waited(jdbc, held, "7 hours");
        await().atMost(Duration.ofSeconds(60)).until(() -> tries(jdbc, held) == -1);
    }

    /// A language model at an address where nobody listens.
    private static JudgeConfig nobodyThere() {
        try (TestingLlm gone = new TestingLlm(request -> TestingLlm.status(503, Map.of()))) {
            return gone.judge();
        }
    }

    private static int tries(JdbcClient jdbc, EpisodeFinished episode) {
        return jdbc.sql("select tries from waiting_episode where episode_id = ?")
                .param(episode.episode().id())
                .query(Integer.class)
                .optional()
                .orElse(-1);
    }

    /// As if it had come so long ago, and were due now.
    private static void waited(JdbcClient jdbc, EpisodeFinished episode, String time) {
        jdbc.sql("update waiting_episode set since = now() - cast(? as interval), not_before = now()"
                        + " where episode_id = ?")
                .params(time, episode.episode().id())
                .update();
    }

    private static TestingJudgeService.Answer verdict(String run) {
        return service.get("/api/v1/runs/" + run + "/episodes/train/1/0/0/verdict");
    }

    private static double counted(String cause) {
        return service.get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line ->
                        line.startsWith("hone_judge_verdicts_total{") && line.contains("cause=\"" + cause + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void copiesThatAreOldOrTooManyGoAndVerdictsStay() {
        TestingJudgeService.finish(IntStream.range(0, 6)
                .mapToObj(i -> episode(key("trim", i), MATH_AGENT, "4", says("\\boxed{4}")))
                .toList());
        await().atMost(Duration.ofSeconds(60)).until(() -> verdictStatus(5) == 200 && verdictStatus(0) == 200);
        JdbcClient jdbc = service.bean(JdbcClient.class);
        for (int i = 0; i < 6; i++) {
            jdbc.sql("update stored_episode set stored_at = now() - make_interval(days => ?) where episode_id = ?")
                    .params(6 - i, key("trim", i).id())
                    .update();
        }
        jdbc.sql("insert into waiting_episode values (?, 0, now() + interval '1 day', now())")
                .param(key("trim", 0).id())
                .update();

        trim(jdbc, Duration.ofHours(5 * 24 - 12), DataSize.ofTerabytes(1));
        assertThat(copies(jdbc)).as("younger, or without a verdict").containsExactly(0, 2, 3, 4, 5);

        long newest = jdbc.sql("select sum(octet_length(content)) from stored_episode"
                        + " where stored_at > now() - interval '60 hours'")
                .query(Long.class)
                .single();
        trim(jdbc, Duration.ofDays(90), DataSize.ofBytes(newest));
        assertThat(copies(jdbc)).containsExactly(0, 4, 5);
        assertThat(verdictStatus(1)).isEqualTo(200);
        jdbc.sql("delete from waiting_episode where episode_id = ?")
                .param(key("trim", 0).id())
                .update();
    }

    private static int verdictStatus(int group) {
        return service.get("/api/v1/runs/trim/episodes/train/1/" + group + "/0/verdict")
                .status();
    }

    private static void trim(JdbcClient jdbc, Duration age, DataSize size) {
        new TrimmedEpisodes(jdbc, new StoredEpisodesProperties(age, size, Duration.ofMinutes(10)), Clock.systemUTC())
                .trim();
    }

    private static List<Integer> copies(JdbcClient jdbc) {
        return jdbc.sql("select episode_id from stored_episode where run = 'trim' order by episode_id")
                .query((rs, n) -> Integer.parseInt(rs.getString(1).split("/")[3]))
                .list();
    }

    private static EpisodeKey key(String run, int group) {
        return new EpisodeKey(new RunId(run), Purpose.TRAIN, 1, group, 0, 0);
    }

    private static EpisodeJudged read(byte[] bytes) {
        return EventCodec.decode(bytes, EpisodeJudged.class);
    }

    private static double metric(String name) {
        return service.get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static KafkaConsumer<String, byte[]> verdicts(String group) {
        KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestInfrastructure.brokers(),
                        "group.id",
                        group,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(Topics.EPISODE_JUDGED));
        return consumer;
    }
}
