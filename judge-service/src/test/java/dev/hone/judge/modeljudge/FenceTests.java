package dev.hone.judge.modeljudge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class FenceTests {

    @Test
    void theAnswerIsOneLineOfJsonBetweenTwoMarks() {
        List<String> lines = Fence.around("two\nlines and a \"quote\"\u2028", () -> "mark")
                .lines()
                .toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.getFirst()).isEqualTo("<<<mark");
        assertThat(lines.getLast()).isEqualTo("mark>>>");
        assertThat(EventCodec.json().readTree(lines.get(1)).stringValue())
                .isEqualTo("two\nlines and a \"quote\"\u2028");
    }

    @Test
    void aMarkThatTheAnswerHoldsIsNotTaken() {
        Iterator<String> marks = List.of("a1", "b2", "c3").iterator();
        assertThat(Fence.around("b2 or a1", marks::next)).startsWith("<<<c3\n").endsWith("\nc3>>>");
    }

    @Test
    void everyMarkIsAnother() {
        assertThat(Fence.around("x")).isNotEqualTo(Fence.around("x")).matches("(?s)<<<[0-9a-f]{32}\n.*");
    }
}
