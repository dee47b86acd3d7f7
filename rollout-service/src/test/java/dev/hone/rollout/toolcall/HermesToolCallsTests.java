package dev.hone.rollout.toolcall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.Message.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class HermesToolCallsTests {

    @Test
    void leavesAnAnswerWithoutACallAsItIs() {
        assertThat(new HermesToolCalls().read(" It is \\boxed{3}.\n", "c"))
                .isEqualTo(new ToolCallFormat.Answer(" It is \\boxed{3}.\n", List.of()));
    }

    @Test
    void takesCallsOutOfTheText() {
        ToolCallFormat.Answer answer = new HermesToolCalls()
                .read(
                        "first\n<tool_call>\n{\"name\": \"a\", \"arguments\": {\"code\": \"print(\\\"</x>\\\")\"}}\n</tool_call>"
                                + "\n<tool_call>{\"name\": \"b\", \"arguments\": {}}</tool_call>\nthen",
                        "c");

        assertThat(answer.text()).isEqualTo("first\n\n\nthen");
        assertThat(answer.calls())
                .containsExactly(
                        new ToolCall("c0", "a", "{\"code\":\"print(\\\"</x>\\\")\"}", false),
                        new ToolCall("c1", "b", "{}", false));
    }

    @Test
    void flagsWhatIsNoCall() {
        for (String inner : List.of(
                "",
                "print(1)",
                "{\"name\": \"a\"",
                "{\"name\": \"a\"}",
                "{\"name\": \"a\", \"arguments\": \"x\"}",
                "{\"name\": \"\", \"arguments\": {}}",
                "{\"arguments\": {}}",
                "[1]",
                "null",
                "{\"name\": \"a\", \"arguments\": {}} x",
                "{\"name\": 7, \"arguments\": []}")) {
            ToolCallFormat.Answer answer = new HermesToolCalls().read("<tool_call>" + inner + "</tool_call>", "c");
            assertThat(answer.calls()).as(inner).hasSize(1).allMatch(ToolCall::malformed);
            assertThat(answer.calls().getFirst().arguments()).isEqualTo(inner);
        }
    }

    @Test
    void flagsACallThatNeverEnds() {
        ToolCallFormat.Answer answer =
                new HermesToolCalls().read("so <tool_call>\n{\"name\": \"a\", \"arguments\": {}}", "c");

        assertThat(answer.text()).isEqualTo("so");
        assertThat(answer.calls()).singleElement().matches(ToolCall::malformed);
    }
}
