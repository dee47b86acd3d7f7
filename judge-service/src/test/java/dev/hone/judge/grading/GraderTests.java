package dev.hone.judge.grading;

import static dev.hone.judge.TestingEpisodes.MATH_AGENT;
import static dev.hone.judge.TestingEpisodes.answers;
import static dev.hone.judge.TestingEpisodes.calls;
import static dev.hone.judge.TestingEpisodes.episode;
import static dev.hone.judge.TestingEpisodes.failed;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.Failure;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.LlmConfig;
import dev.hone.contracts.task.Task;
import dev.hone.judge.verifier.Judge;
import dev.hone.judge.verifier.JudgeCatalog;
import dev.hone.judge.verifier.JudgeFiles;
import dev.hone.judge.verifier.Score;
import dev.hone.tracing.EpisodeTraces;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraderTests {

    private final Grader grader = new Grader(
            new JudgeCatalog(Map.of(), JudgeFiles.NONE),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
            EpisodeTraces.none());

    @Test
    void aRightAnswerInGoodFormEarnsAll() {
        Verdict verdict = verdict(
                episode("#### 4", calls("Plan", "c1", "print(2 + 2)"), answers("c1", "4"), says("It is \\boxed{4}.")));
        assertThat(verdict.reward()).isEqualTo(1.0);
        assertThat(verdict.success()).isTrue();
        assertThat(verdict.cause()).isEqualTo("none");
        assertThat(verdict.parts())
                .extracting(Verdict.Part::name)
                .containsExactly("math_answer", "format", "tool_discipline");
        assertThat(verdict.habits()).isEqualTo(Map.of("missing_print", false, "early_answer", false));
    }

    @Test
    void correctnessWeighsMoreThanManners() {
        Verdict rightButUnmannered = verdict(
                episode("4", calls("It is \\boxed{4}.", "c1", "x = 4"), answers("c1", ""), says("It is \\boxed{4}.")));
        assertThat(rightButUnmannered.reward()).isEqualTo(0.9);
        Verdict wrong = verdict(episode("4", says("It is \\boxed{5}.")));
        assertThat(wrong.reward()).isEqualTo(0.2);
        assertThat(wrong.success()).isFalse();
        assertThat(wrong.cause()).isEqualTo("wrong");
    }

    @Test
    void aMalformedCallCostsTheFormPart() {
        assertThat(verdict(episode("4", says("<tool_call>\n{\"name\": "), says("\\boxed{4}")))
                        .reward())
                .isEqualTo(0.9);
        Message broken = new Message(
                "assistant", "<tool_call>x</tool_call>", List.of(new Message.ToolCall("c", "", "x", true)), null);
        assertThat(verdict(episode("4", broken, says("\\boxed{4}"))).reward()).isEqualTo(0.9);
    }

    @Test
    void noBoxAndSeveralNumbersHaveCausesOfTheirOwn() {
        assertThat(verdict(episode("4", says("It is 4."))).cause()).isEqualTo("no-answer");
        assertThat(verdict(episode("4", says("\\boxed{3 or 4}"))).cause()).isEqualTo("unreadable-answer");
    }

    @Test
    void anAnswerThatTheTokenLimitCutIsTruncated() {
        Map<String, String> cut = Map.of(EpisodeFinished.FINISH_REASON, "length");
        assertThat(verdict(with(cut, episode("4", says("It is")))).cause()).isEqualTo("truncated");
        assertThat(verdict(with(cut, episode("4", says("\\boxed{4} and")))).cause())
                .isEqualTo("none");
        Map<String, String> whole = Map.of(EpisodeFinished.FINISH_REASON, "stop");
        assertThat(verdict(with(whole, episode("4", says("It is")))).cause()).isEqualTo("no-answer");
    }

    @Test
    void theWorkflowsFinalAnswerGoesBeforeTheLastMessage() {
        Map<String, String> output = Map.of(EpisodeFinished.FINAL_ANSWER, "\\boxed{4}");
        assertThat(verdict(with(output, episode("4", says("\\boxed{5}")))).success())
                .isTrue();
    }

    private static EpisodeFinished with(Map<String, String> output, EpisodeFinished base) {
        return new EpisodeFinished(
                base.episode(),
                base.task(),
                base.judge(),
                null,
                output,
                base.messages(),
                base.trajectory(),
                base.usage(),
                base.startedAt(),
                base.finishedAt());
    }

    @Test
    void formAndDisciplineGivePartialCredit() {
        Verdict oneHabit = verdict(episode("4", calls("", "c1", "x = 4"), answers("c1", ""), says("\\boxed{4}")));
        assertThat(score(oneHabit, "tool_discipline")).isEqualTo(0.5);
        assertThat(oneHabit.reward()).isEqualTo(0.95);
        Message broken = new Message(
                "assistant", "<tool_call>x</tool_call>", List.of(new Message.ToolCall("c", "", "x", true)), null);
        Verdict oneOfFour = verdict(episode(
                "4",
                broken,
                calls("", "c1", "print(4)"),
                answers("c1", "4"),
                calls("", "c2", "print(4)"),
                answers("c2", "4"),
                calls("", "c3", "print(4)"),
                answers("c3", "4"),
                says("\\boxed{4}")));
        assertThat(score(oneOfFour, "format")).isEqualTo(0.75);
        assertThat(oneOfFour.reward()).isEqualTo(0.975);
        Verdict strayAndUnclosed = verdict(episode(
                "4", calls("", "c1", "print(4)"), answers("c1", "4"), says("<tool_call>{\"name\": 1} \\boxed{4}")));
        assertThat(score(strayAndUnclosed, "format")).isEqualTo(0.5);
    }

    private static double score(Verdict verdict, String part) {
        return verdict.parts().stream()
                .filter(p -> p.name().equals(part))
                .findFirst()
                .orElseThrow()
                .score();
    }

    @Test
    void aFailureComesThrough() {
        Failure failure = new Failure("generate-timeout", "too slow", true);
        assertThat(grader.grade(failed(0, failure)).failure()).isEqualTo(failure);
    }

    @Test
    void aTaskWithoutAnAnswerCannotBeJudgedHoweverOften() {
        Failure failure = grader.grade(episode("", says("\\boxed{4}"))).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo("unjudgeable");
        assertThat(failure.retryable()).isFalse();
    }

    /// A user's judge.
    public static final class LikesShortAnswers implements Judge {
        @Override
        public Score judge(Task task, EpisodeFinished episode) {
            int length = episode.messages().getLast().content().length();
            return new Score(length < 20 ? 1 : 0.5, length < 20 ? "none" : "long", length + " characters");
        }
    }

    /// A user's judge with a bug.
    public static final class Throws implements Judge {
        @Override
        public Score judge(Task task, EpisodeFinished episode) {
            throw new IllegalStateException("planted");
        }
    }

    @Test
    void aJudgeThatThrowsIsAFailureToTryAgain() {
        JudgeConfig config = config(Throws.class.getName(), Map.of());
        Failure failure =
                grader.grade(episode(0, config, "4", says("\\boxed{4}"))).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo("judge-error");
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.message()).contains("planted", "run-1/train/1/2/3/0");
    }

    /// A user's judge that waits for what never comes.
    public static final class Hangs implements Judge {
        static final CountDownLatch NEVER = new CountDownLatch(1);
        static final CountDownLatch INTERRUPTED = new CountDownLatch(1);

        @Override
        public Score judge(Task task, EpisodeFinished episode) {
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                INTERRUPTED.countDown();
            }
            return new Score(1, "none", "too late");
        }
    }

    @Test
    @Timeout(60)
    void aJudgeThatHangsIsAFailureWithAReason() throws InterruptedException {
        JudgeConfig config =
                new JudgeConfig("customized_protocol", Hangs.class.getName(), Map.of(), 0.2, LlmConfig.NONE);
        Failure failure =
                grader.grade(episode(0, config, "4", says("\\boxed{4}"))).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.code()).isEqualTo("judge-timeout");
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.message()).contains("run-1/train/1/2/3/0 within 0.2 s", "raise task_judge.judge_timeout");
        Hangs.INTERRUPTED.await();
    }

    @Test
    void aUsersJudgeIsTheWholeRewardUnlessTheWeightsNameIt() {
        String name = LikesShortAnswers.class.getName();
        assertThat(verdict(episode(0, config(name, MATH_AGENT.weights()), "4", says("\\boxed{4}")))
                        .parts())
                .extracting(Verdict.Part::name)
                .containsExactly(name);
        Verdict weighted = verdict(
                episode(0, config(name, Map.of(name, 0.5, "format", 0.5)), "4", says("A longer answer than that")));
        assertThat(weighted.reward()).isEqualTo(0.75);
        assertThat(weighted.cause()).isEqualTo("long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"math_agent", "tutorial.example_math_agent.math_answer_as_judge->MathAnswerAsJudge"})
    void shippedNamesAndTheTutorialsPassThePreflight(String protocol) {
        assertThat(grader.check(config(protocol, MATH_AGENT.weights())).problems())
                .isEmpty();
    }

    @Test
    void unknownNamesAreFoundBeforeTheRun() {
        assertThat(grader.check(config("org.example.Nowhere", Map.of())).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("hone.task_judge.judge_protocol");
                    assertThat(problem.message()).contains("org.example.Nowhere", "math_agent");
                });
        assertThat(grader.check(config("math_agent", Map.of("math_answer", 0.9, "fromat", 0.1)))
                        .problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("hone.task_judge.weights.fromat");
                    assertThat(problem.message()).contains("Did you mean 'format'?");
                });
        assertThat(grader.check(config("tutorial.example_math_agent.math_answer_as_judge->MathAnswerAsJugde", Map.of()))
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .contains(
                                "Did you mean 'tutorial.example_math_agent.math_answer_as_judge->MathAnswerAsJudge'?"));
        assertThat(grader.check(config("math_agent", Map.of("format", 1.0))).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("math_answer"));
        assertThat(grader.check(config("java.lang.String", Map.of())).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("does not implement"));
    }

    private static JudgeConfig config(String protocol, Map<String, Double> weights) {
        return new JudgeConfig("customized_protocol", protocol, weights, 30, LlmConfig.NONE);
    }

    private Verdict verdict(EpisodeFinished episode) {
        EpisodeJudged judged = grader.grade(episode);
        assertThat(judged.failure()).isNull();
        return judged.verdict();
    }
}
