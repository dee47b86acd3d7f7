package dev.hone.judge.verifier;

import static dev.hone.judge.TestingEpisodes.answers;
import static dev.hone.judge.TestingEpisodes.calls;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HabitsTests {

    private static final Message LAST = says("The code printed 4. The answer is \\boxed{4}.");

    @Test
    void aPrintedResultThatIsReadBeforeAnsweringIsNoBadHabit() {
        assertThat(habits(calls("Plan", "c1", "x = 2 + 2\nprint(x)"), answers("c1", "4"), LAST))
                .isEqualTo(Map.of(Verdict.MISSING_PRINT, false, Verdict.EARLY_ANSWER, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x = 2 + 2",
                "x = 2 + 2  # print(x)",
                "x = 'print(1)'",
                "x = \"\"\"\nprint(1)\n\"\"\"",
                "fingerprint(3)"
            })
    void codeWithoutOutputIsAMissingPrint(String code) {
        assertThat(habits(calls("", "c1", code), answers("c1", ""), LAST)).containsEntry(Verdict.MISSING_PRINT, true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"if False: print(1)", "import sys\nsys.stdout.write('')", "print ('')"})
    void codeThatMeantToPrintIsNot(String code) {
        assertThat(habits(calls("", "c1", code), answers("c1", "\n"), LAST))
                .containsEntry(Verdict.MISSING_PRINT, false);
    }

    @Test
    void codeThatFailedIsNoMissingPrint() {
        assertThat(habits(calls("", "c1", "x = 1 / 0"), answers("c1", "ZeroDivisionError"), LAST))
                .containsEntry(Verdict.MISSING_PRINT, false);
    }

    @Test
    void oneSilentCallAmongSeveralCounts() {
        assertThat(habits(
                        calls("", "c1", "print(1)"),
                        answers("c1", "1"),
                        calls("", "c2", "x = 1"),
                        answers("c2", ""),
                        LAST))
                .containsEntry(Verdict.MISSING_PRINT, true);
    }

    @Test
    void aBoxInTheTurnThatCallsIsAnEarlyAnswer() {
        assertThat(habits(calls("It is \\boxed{4}.", "c1", "print(4)"), answers("c1", "4"), LAST))
                .containsEntry(Verdict.EARLY_ANSWER, true);
    }

    @Test
    void aBoxBeforeALaterCallIsAnEarlyAnswer() {
        assertThat(habits(says("\\boxed{4}"), calls("", "c1", "print(4)"), answers("c1", "4"), LAST))
                .containsEntry(Verdict.EARLY_ANSWER, true);
    }

    @Test
    void aBoxInsideTheCodeIsNone() {
        assertThat(habits(calls("", "c1", "print('\\\\boxed{4}')"), answers("c1", "\\boxed{4}"), LAST))
                .containsEntry(Verdict.EARLY_ANSWER, false);
    }

    @Test
    void finishingInTheTurnThatCallsIsAnEarlyAnswer() {
        Message both = new Message(
                "assistant",
                "",
                List.of(
                        new Message.ToolCall("c1", "execute_python_code", "{\"code\": \"print(4)\"}", false),
                        new Message.ToolCall("c2", "generate_response", "{\"response\": \"4\"}", false)),
                null);
        assertThat(habits(both, answers("c1", "4"))).containsEntry(Verdict.EARLY_ANSWER, true);
    }

    @Test
    void finishingAfterTheResultIsNone() {
        Message finish = new Message(
                "assistant", "", List.of(new Message.ToolCall("c2", "generate_response", "{}", false)), null);
        assertThat(habits(calls("", "c1", "print(4)"), answers("c1", "4"), finish))
                .containsEntry(Verdict.EARLY_ANSWER, false);
    }

    @Test
    void habitsAreSeenWhereTheyStand() {
        Message early = new Message(
                "assistant",
                "It is \\boxed{4}. I check.",
                List.of(new Message.ToolCall("c1", "execute_python_code", "{\"code\": \"x = 4\"}", false)),
                null);
        assertThat(Habits.sightings(
                        List.of(early, answers("c1", ""), calls("", "c2", "y = 1"), answers("c2", ""), LAST)))
                .containsExactly(
                        new HabitSighting(Verdict.MISSING_PRINT, 0, "c1"),
                        new HabitSighting(Verdict.EARLY_ANSWER, 0, null),
                        new HabitSighting(Verdict.MISSING_PRINT, 2, "c2"));
        assertThat(Habits.sightings(List.of(calls("", "c1", "print(4)"), answers("c1", "4"), LAST)))
                .isEmpty();
    }

    private static Map<String, Boolean> habits(Message... messages) {
        return Habits.of(List.of(messages));
    }
}
