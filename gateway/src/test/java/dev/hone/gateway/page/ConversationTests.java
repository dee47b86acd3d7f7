package dev.hone.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.judge.HabitSighting;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.rollout.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTests {

    private static final String CALL = "<tool_call>{\"code\": \"x = 1\"}</tool_call>";

    private static Message assistant(boolean malformed) {
        return new Message(
                "assistant",
                "First. " + CALL,
                List.of(new Message.ToolCall("c1", "execute_python_code", "{\"code\": \"x = 1\"}", malformed)),
                null);
    }

    @Test
    void aCallIsShownOnceAsItsCode() {
        Conversation.Turn turn =
                Conversation.of(List.of(assistant(false)), List.of()).turns().getFirst();
        assertThat(turn.text()).isEqualTo("First.");
        assertThat(turn.raw()).isEqualTo("First. " + CALL);
        assertThat(turn.calls())
                .containsExactly(new Conversation.Call("execute_python_code", "x = 1", false, List.of()));
    }

    @Test
    void aMalformedCallIsLeftAsTheModelWroteIt() {
        Conversation.Turn turn =
                Conversation.of(List.of(assistant(true)), List.of()).turns().getFirst();
        assertThat(turn.text()).isEqualTo("First. " + CALL);
        assertThat(turn.raw()).isNull();
    }

    @Test
    void habitsStandAtTheirMessageOrCall() {
        Conversation conversation = Conversation.of(
                List.of(assistant(false), new Message("tool", "", List.of(), "c1")),
                List.of(
                        new HabitSighting(Verdict.MISSING_PRINT, 0, "c1"),
                        new HabitSighting(Verdict.EARLY_ANSWER, 0, null)));
        Conversation.Turn turn = conversation.turns().getFirst();
        assertThat(turn.marks()).containsExactly("Early answer: given before the tool's result was read");
        assertThat(turn.calls().getFirst().marks()).containsExactly("Missing print: this code prints nothing");
        assertThat(conversation.turns().get(1).answers()).isEqualTo("execute_python_code");
        assertThat(conversation.turns().get(1).marks()).isEmpty();
    }
}
