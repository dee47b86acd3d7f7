package dev.hone.judge.modeljudge;

import static dev.hone.judge.TestingEpisodes.answers;
import static dev.hone.judge.TestingEpisodes.calls;
import static dev.hone.judge.TestingEpisodes.episode;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.LlmConfig;
import dev.hone.contracts.run.Outbound;
import dev.hone.judge.TestingEpisodes;
import dev.hone.judge.TestingLlm;
import dev.hone.judge.verifier.JudgeUnavailableException;
import dev.hone.judge.verifier.Score;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MathAnswerAndLlmTests {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    private final TestingLlm llm = new TestingLlm(request -> TestingLlm.verdict(true));
    private final TestingLedger ledger = new TestingLedger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MathAnswerAndLlm judge = new MathAnswerAndLlm(
            new LlmPrompt(Fence::around),
            new LlmServer(Map.of("JUDGE_API_KEY", "k-1")::get, Outbound.ANYWHERE, CLOCK),
            ledger,
            new LlmMetrics(meters));

    @AfterEach
    void stop() {
        llm.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"It is \\boxed{4}.", "It is \\boxed{5}.", "It is four.", "\\boxed{}"})
    void whereTheRuleIsSureNobodyIsAsked(String finalAnswer) {
        Score score = score(llm.judge(), finalAnswer);
        assertThat(score.value()).isEqualTo(finalAnswer.contains("4") ? 1 : 0);
        assertThat(llm.requests).isEmpty();
    }

    @Test
    void anAnswerTooLongToBeOneIsNotAskedAbout() {
        Score score = score(llm.judge(), "\\boxed{four " + "!".repeat(400) + "}");
        assertThat(score.cause()).isEqualTo("unreadable-answer");
        assertThat(llm.requests).isEmpty();
    }

    @Test
    void whereTheRuleIsUnsureTheModelDecides() {
        Score right = score(llm.judge(), "\\boxed{four}");
        assertThat(right.value()).isEqualTo(1);
        assertThat(right.reason()).contains("judge-1", "agree", "I looked.");
        llm.model = request -> TestingLlm.verdict(false);
        Score wrong = score(llm.judge(), "\\boxed{five}");
        assertThat(wrong.value()).isZero();
        assertThat(wrong.cause()).isEqualTo("wrong");
    }

    @Test
    void ofTheCandidateOnlyTheFinalAnswerGoesIn() {
        EpisodeFinished episode = episode(
                0,
                llm.judge(),
                "reasoning of the dataset #### 4",
                calls("SECRET-PLAN", "c1", "print('SECRET-CODE')"),
                answers("c1", "SECRET-OUTPUT"),
                says("SECRET-WORDS \\boxed{four}"));
        judge.judge(episode.task(), episode);
        TestingLlm.Request request = llm.requests.getFirst();
        assertThat(request.body().toString()).doesNotContain("SECRET", "reasoning of the dataset");
        assertThat(request.prompt()).contains("\"How many?\"", "\"4\"", "\n\"four\"\n");
        assertThat(request.body().at("/response_format/type").asString()).isEqualTo("json_schema");
        assertThat(request.body().at("/response_format/json_schema/strict").asBoolean())
                .isTrue();
        assertThat(request.body().path("temperature").asInt(-1)).isZero();
    }

    @Test
    void theSameQuestionIsAskedOnce() {
        score(llm.judge(), "\\boxed{four}");
        assertThat(score(llm.judge(), "So \\boxed{ four }!").value()).isEqualTo(1);
        assertThat(llm.requests).hasSize(1);
        score(llm.judge(), "\\boxed{four apples}");
        assertThat(llm.requests).hasSize(2);
        assertThat(count("cached")).isEqualTo(1);
    }

    @Test
    void theKeyGoesIntoTheHeaderAloneAndIsReadAnew(@TempDir Path folder) throws IOException {
        score(with(llm.baseUrl(), "JUDGE_API_KEY", ""), "\\boxed{four}");
        Path file = Files.writeString(folder.resolve("llm.api-key"), "k-2\n");
        score(with(llm.baseUrl(), "", file.toString()), "\\boxed{IV}");
        Files.writeString(file, "k-3");
        score(with(llm.baseUrl(), "", file.toString()), "\\boxed{quatre}");
        assertThat(llm.requests)
                .extracting(TestingLlm.Request::authorization)
                .containsExactly("Bearer k-1", "Bearer k-2", "Bearer k-3");
        assertThat(llm.requests.toString()).doesNotContain("api_key");
    }

    @Test
    void afterTheBudgetTheRuleDecides() {
        JudgeConfig config = llm.judge(1);
        assertThat(score(config, "\\boxed{four}").value()).isEqualTo(1);
        Score score = score(config, "\\boxed{IV}");
        assertThat(score.value()).isZero();
        assertThat(score.cause()).isEqualTo("unreadable-answer");
        assertThat(score.reason()).contains("1 requests are used up");
        assertThat(llm.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yes, \"agrees\": true", "{\"agrees\": true}"})
    void whatIsNoVerdictEarnsNothingAndIsNotRemembered(String content) {
        llm.model = request -> TestingLlm.content(content);
        Score score = score(llm.judge(), "\\boxed{four}");
        assertThat(score.value()).isZero();
        assertThat(score.reason()).contains("gave no verdict");
        assertThat(ledger.verdicts).isEmpty();
        assertThat(count("no_verdict")).isEqualTo(1);
    }

    @Test
    void aRequestThatTheServerRefusesEarnsNothing() {
        llm.model = request -> TestingLlm.status(400, Map.of());
        assertThat(score(llm.judge(), "\\boxed{four}").value()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404, 408, 429, 500, 502, 503})
    void aServerThatCannotAnswerIsNoVerdictAndCostsNoBudget(int status) {
        llm.model = request -> TestingLlm.status(status, Map.of("Retry-After", "7"));
        JudgeUnavailableException away = unavailable(llm.judge(1));
        assertThat(away).hasMessageContaining("status " + status).hasMessageContaining(llm.baseUrl());
        assertThat(away.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        llm.model = request -> TestingLlm.verdict(true);
        assertThat(score(llm.judge(1), "\\boxed{four}").value()).isEqualTo(1);
    }

    @Test
    void aDateToComeAgainIsHeeded() {
        llm.model = request -> TestingLlm.status(503, Map.of("Retry-After", "Thu, 01 Jan 2026 00:01:30 GMT"));
        assertThat(unavailable(llm.judge()).retryAfter()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aServerThatIsNotThereIsAway() {
        llm.close();
        assertThat(unavailable(llm.judge())).hasMessageContaining("see that it runs");
    }

    @Test
    @Timeout(60)
    void aServerThatDoesNotAnswerInTimeIsAway() {
        CountDownLatch never = new CountDownLatch(1);
        llm.model = request -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return TestingLlm.verdict(true);
        };
        JudgeConfig impatient = new JudgeConfig(
                "customized_protocol",
                "math_agent_llm",
                Map.of(),
                30,
                new LlmConfig(llm.baseUrl(), "judge-1", "", "", 0.2, 0, 1000));
        assertThat(unavailable(impatient)).hasMessageContaining("within 0.2 s").hasMessageContaining("too slow");
        never.countDown();
    }

    @Test
    void aServiceThatOthersReachAsksNobodyBehindIt() throws Exception {
        LlmServer server = new LlmServer(name -> null, Outbound.of("0.0.0.0", ""), CLOCK);
        assertThatThrownBy(() -> server.ask(llm.judge().llm(), "{}"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("hone.task_judge.llm.base_url leads to 127.0.0.1");
        assertThat(llm.requests).isEmpty();
    }

    @Test
    void aMissingKeyIsWaitedFor() {
        assertThat(unavailable(with(llm.baseUrl(), "OTHER_API_KEY", ""))).hasMessageContaining("OTHER_API_KEY");
        assertThat(llm.requests).isEmpty();
    }

    @Test
    void tooManyRequestsASecondAreSentLater() {
        JudgeConfig slow = new JudgeConfig(
                "customized_protocol",
                "math_agent_llm",
                Map.of(),
                30,
                new LlmConfig(llm.baseUrl(), "judge-1", "", "", 20, 0, 0.01));
        score(slow, "\\boxed{four}");
        JudgeUnavailableException later =
                catchThrowableOfType(JudgeUnavailableException.class, () -> score(slow, "\\boxed{IV}"));
        assertThat(later.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(100));
        assertThat(llm.requests).hasSize(1);
    }

    @Test
    void theCheckBeforeARunAsksOnce() {
        judge.check(llm.judge());
        assertThat(llm.requests).hasSize(1);
        refuses(TestingEpisodes.MATH_AGENT, "hone.task_judge.llm.base_url is empty");
        refuses(with(llm.baseUrl(), "OTHER_API_KEY", ""), "hone.task_judge.llm.api_key_env names OTHER_API_KEY");
        refuses(with(llm.baseUrl(), "", "/nowhere/x.api-key"), "hone.task_judge.llm.api_key_file names /nowhere");
        llm.model = request -> TestingLlm.content("Four is 4.");
        refuses(llm.judge(), "hone.task_judge.llm.model is 'judge-1', which gave no verdict");
        llm.model = request -> TestingLlm.status(401, Map.of());
        refuses(llm.judge(), "hone.task_judge.llm.base_url does not work: The language model at " + llm.baseUrl());
    }

    private void refuses(JudgeConfig config, String message) {
        assertThatThrownBy(() -> judge.check(config))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith(message);
    }

    private JudgeUnavailableException unavailable(JudgeConfig config) {
        JudgeUnavailableException away =
                catchThrowableOfType(JudgeUnavailableException.class, () -> score(config, "\\boxed{four}"));
        assertThat(away).isNotNull();
        return away;
    }

    private double count(String outcome) {
        return meters.counter("hone.judge.llm.requests", "outcome", outcome).count();
    }

    private static JudgeConfig with(String baseUrl, String keyVariable, String keyFile) {
        return new JudgeConfig(
                "customized_protocol",
                "math_agent_llm",
                Map.of(),
                30,
                new LlmConfig(baseUrl, "judge-1", keyVariable, keyFile, 20, 0, 1000));
    }

    private Score score(JudgeConfig config, String finalAnswer) {
        EpisodeFinished episode = episode(0, config, "#### 4", says(finalAnswer));
        return judge.judge(episode.task(), episode);
    }
}
