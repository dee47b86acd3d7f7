package dev.hone.judge.modeljudge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.judge.TestingLlm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LlmVerdictTests {

    @Test
    void anObjectAsAskedIsAVerdict() {
        assertThat(LlmVerdict.read(TestingLlm.content(" {\"agrees\": true, \"reason\": \"four is 4\"} ")
                        .body()))
                .contains(new LlmVerdict(true, "four is 4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "agrees: true",
                "[{\"reason\": \"\", \"agrees\": true}]",
                "{\"agrees\": true}",
                "{\"reason\": \"\"}",
                "{\"reason\": \"\", \"agrees\": \"true\"}",
                "{\"reason\": \"\", \"agrees\": 1}",
                "{\"reason\": \"\", \"agrees\": null}",
                "{\"reason\": 1, \"agrees\": true}",
                "{\"reason\": \"\", \"agrees\": true, \"score\": 1}",
                "{\"reason\": \"\", \"agrees\": false, \"agrees\": true}",
                "{\"reason\": \"\", \"agrees\": true} {\"reason\": \"\", \"agrees\": true}",
                "```json\n{\"reason\": \"\", \"agrees\": true}\n```",
                "{\"reason\": \"\", \"agrees\": true",
            })
    void anythingElseIsNone(String content) {
        assertThat(LlmVerdict.read(TestingLlm.content(content).body())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"choices\": []}",
                "{\"choices\": [{\"message\": {\"content\": null, \"refusal\": \"No.\"}}]}",
                "{\"choices\": [{\"finish_reason\": \"length\", \"message\": {\"content\":"
                        + " \"{\\\"reason\\\": \\\"\\\", \\\"agrees\\\": true}\"}}]}",
            })
    void aResponseWithoutAWholeMessageHoldsNone(String response) {
        assertThat(LlmVerdict.read(response)).isEmpty();
    }

    @Test
    void aLongReasonIsCut() {
        assertThat(new LlmVerdict(false, "x".repeat(1000)).reason()).hasSize(301);
    }
}
