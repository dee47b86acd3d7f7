package dev.hone.learner.golden;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LargestTests {

    @Test
    void notANumberIsTheLargestWhateverFollows() {
        Cases cases = new Cases();
        Largest largest = new Largest();
        largest.note(1e-9, "first");
        largest.note(Double.NaN, "second");
        largest.note(1e-8, "third");

        largest.into(cases, "norms", 1e-3);

        assertThat(cases.all())
                .containsExactly(
                        new GoldenCase("norms", GoldenCase.Outcome.FAILED, Double.POSITIVE_INFINITY, 1e-3, "second"));
    }
}
