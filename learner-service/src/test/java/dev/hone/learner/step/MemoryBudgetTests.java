package dev.hone.learner.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBudgetTests {
    /// 1,000 tokens of 40 bytes: 40,000 bytes are half of 80,000.
    @ParameterizedTest
    @CsvSource({
        "auto, 80000, false",
        "auto, 79000, true",
        "never, 79000, false",
        "always, 9223372036854775807, true",
        "auto, 9223372036854775807, false"
    })
    void layersAreComputedAgainWhereWhatTheyKeepIsTooMuch(String setting, long memory, boolean expected) {
        assertThat(MemoryBudget.of(setting, 1000, 40, memory).checkpointing()).isEqualTo(expected);
    }

    @Test
    void whatFittedIsNotCountedAsShrunk() {
        MemoryBudget budget = MemoryBudget.of("auto", 1000, 40, Long.MAX_VALUE);
        assertThat(budget.fitting(() -> 3)).isEqualTo(3);
        assertThat(budget.shrunk()).isZero();
        assertThat(budget.tokens()).isEqualTo(1000);
    }
}
