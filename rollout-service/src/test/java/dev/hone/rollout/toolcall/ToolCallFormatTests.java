package dev.hone.rollout.toolcall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.Message;
import dev.hone.contracts.rollout.Message.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolCallFormatTests {

    private final LlamaToolCalls llama = new LlamaToolCalls();
    private final GemmaToolCalls gemma = new GemmaToolCalls();

    @Test
    void isChosenByTheTemplate() {
        assertThat(ToolCallFormat.of("{{ '<tool_call>' }}{{ '<|start_header_id|>' }}"))
                .isInstanceOf(HermesToolCalls.class);
        assertThat(ToolCallFormat.of("{{ '<|start_header_id|>' }} {{ '<|python_tag|>' }}"))
                .isInstanceOf(LlamaToolCalls.class);
        assertThat(ToolCallFormat.of("{{ '<start_of_turn>' }}")).isInstanceOf(GemmaToolCalls.class);
        assertThat(ToolCallFormat.of("{{ messages }}")).isInstanceOf(HermesToolCalls.class);
    }

    @Test
    void readsLlamasCallsWithAndWithoutTheTag() {
        String call = "{\"name\": \"f\", \"parameters\": {\"code\": \"a; {b}\\\"\"}}";
        ToolCall read = new ToolCall("c0", "f", "{\"code\":\"a; {b}\\\"\"}", false);

        assertThat(llama.read(call, "c").calls()).containsExactly(read);
        assertThat(llama.read(" \n" + call + "\n", "c").calls()).containsExactly(read);
        assertThat(llama.read("Let me see. <|python_tag|>" + call, "c"))
                .isEqualTo(new ToolCallFormat.Answer("Let me see.", List.of(read)));
        assertThat(llama.read(call + "; {\"name\": \"g\", \"arguments\": {}}", "c")
                        .calls())
                .containsExactly(read, new ToolCall("c1", "g", "{}", false));
    }

    @Test
    void leavesLlamasOtherAnswersAsTheyAre() {
        for (String answer : List.of(
                "It is \\boxed{3}.",
                "{\"x\": 1}", "{\"name\": \"Ann\", \"age\": 3}", "The call {\"name\": \"f\"}", "", ";")) {
            assertThat(llama.read(answer, "c")).isEqualTo(new ToolCallFormat.Answer(answer, List.of()));
        }
    }

    @Test
    void flagsWhatIsMeantAsALlamaCallAndIsNone() {
        for (String answer : List.of(
                "<|python_tag|>print(1)",
                "<|python_tag|>{\"name\": \"f\", \"parameters\": \"x\"}",
                "<|python_tag|>",
                "{\"name\": \"f\", \"parameters\": {\"a\": ",
                "{\"name\": \"f\", \"parameters\": [1]}")) {
            assertThat(llama.read(answer, "c").calls())
                    .as(answer)
                    .singleElement()
                    .matches(ToolCall::malformed);
        }
    }

    @Test
    void readsGemmasCallsAsCodeAndAsJson() {
        ToolCallFormat.Answer code = gemma.read(
                "First\n```tool_code\nprint(f(code='''a = \"1\"\nprint(a)''', n=2.5, on=True, off=None, xs=[1, 2]))\n```\nthen",
                "c");
        assertThat(code.text()).isEqualTo("First\n\nthen");
        assertThat(code.calls())
                .containsExactly(new ToolCall(
                        "c0",
                        "f",
                        "{\"code\":\"a = \\\"1\\\"\\nprint(a)\",\"n\":2.5,\"on\":true,\"off\":null,\"xs\":[1,2]}",
                        false));
        ToolCall json = new ToolCall("c0", "f", "{\"a\":1}", false);
        assertThat(gemma.read("```json\n{\"name\": \"f\", \"parameters\": {\"a\": 1}}\n```", "c")
                        .calls())
                .containsExactly(json);
        assertThat(gemma.read("{\"name\": \"f\", \"parameters\": {\"a\": 1}}", "c")
                        .calls())
                .containsExactly(json);
        assertThat(gemma.read("```tool_code\nf()\n```\n```tool_code\ng(s=\"x\\ny\\\\\")\n```", "c")
                        .calls())
                .containsExactly(
                        new ToolCall("c0", "f", "{}", false), new ToolCall("c1", "g", "{\"s\":\"x\\ny\\\\\"}", false));
    }

    @Test
    void flagsWhatIsMeantAsAGemmaCallAndIsNone() {
        for (String inner :
                List.of("1 + 1", "f(1)", "f(a=)", "f(a='x)", "f(a=1 b=2)", "f(a=g(1))", "f(a=b)", "x = f(a=1)", "")) {
            assertThat(gemma.read("```tool_code\n" + inner + "\n```", "c").calls())
                    .as(inner)
                    .singleElement()
                    .matches(ToolCall::malformed);
        }
        assertThat(gemma.read("```tool_code\nf(a=1)", "c").calls())
                .singleElement()
                .matches(ToolCall::malformed);
        assertThat(gemma.read("```json\n{\"x\": 1}\n```\n```python\nf(a=1)\n```", "c")
                        .calls())
                .isEmpty();
    }

    @Test
    void readsWhatItWrites() {
        ToolCall call = new ToolCall("c0", "f", "{\"code\":\"print(\\\"é\\\")\"}", false);
        for (ToolCallFormat format : List.of(new HermesToolCalls(), llama, gemma)) {
            assertThat(format.read(format.write(call), "c").calls()).containsExactly(call);
            assertThat(format.written(new Message("assistant", "", List.of(call), null))
                            .content())
                    .isEqualTo(format.write(call));
        }
    }

    @Test
    void givesGemmaResultsInTheUsersWords() {
        assertThat(gemma.asRead(List.of(
                        new Message("tool", "1", List.of(), "c0"),
                        new Message("tool", "2", List.of(), "c1"),
                        new Message("user", "go on", List.of(), null))))
                .containsExactly(
                        new Message("user", "```tool_output\n1\n```\n```tool_output\n2\n```\ngo on", List.of(), null));
    }
}
