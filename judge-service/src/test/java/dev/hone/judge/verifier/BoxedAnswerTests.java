package dev.hone.judge.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoxedAnswerTests {

    @Test
    void takesTheLastBox() {
        assertThat(BoxedAnswer.last("\\boxed{1} then \\boxed{ 2 }.")).contains("2");
    }

    @Test
    void bracesNest() {
        assertThat(BoxedAnswer.last("\\boxed{\\frac{1}{\\text{a{b}}}}")).contains("\\frac{1}{\\text{a{b}}}");
    }

    @Test
    void escapedBracesAreText() {
        assertThat(BoxedAnswer.last("\\boxed{\\{1\\}}")).contains("\\{1\\}");
    }

    @Test
    void aBoxThatIsNotClosedGivesWayToTheOneBefore() {
        assertThat(BoxedAnswer.last("\\boxed{1} and \\boxed{2")).contains("1");
        assertThat(BoxedAnswer.last("\\boxed{2")).isEmpty();
    }

    @Test
    void theWordAloneIsNoBox() {
        assertThat(BoxedAnswer.isIn("Use \\boxed to mark it")).isFalse();
        assertThat(BoxedAnswer.isIn("\\boxed {4")).isTrue();
    }
}
