package dev.hone.learner.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassAtKTests {
    private static final double FP64 = 1e-12;

    @ParameterizedTest
    @CsvSource({
        "5, 2, 2, 0.7", // 1 - C(3,2)/C(5,2) = 1 - 3/10
        "8, 1, 4, 0.5", // 1 - C(7,4)/C(8,4) = 1 - 35/70
        "8, 3, 1, 0.375", // 3/8
        "4, 3, 2, 1", // only one is wrong: of any two one is right
        "6, 0, 3, 0",
        "6, 6, 1, 1",
        "1, 1, 1, 1",
    })
    void isOneMinusTheShareOfChoicesThatAreAllWrong(int n, int c, int k, double expected) {
        assertThat(PassAtK.of(n, c, k)).isCloseTo(expected, within(FP64));
    }

    @Test
    void isWhatEveryChoiceCountedOneByOneGives() {
        for (int n = 1; n <= 9; n++) {
            for (int c = 0; c <= n; c++) {
                for (int k = 1; k <= n; k++) {
                    assertThat(PassAtK.of(n, c, k))
                            .as("pass@%d of %d, %d right", k, n, c)
                            .isCloseTo(counted(n, c, k), within(FP64));
                }
            }
        }
    }

    /// Samples `0 … c - 1` are right; bit `i` of a choice says whether sample `i` is in it.
    private static double counted(int n, int c, int k) {
        int choices = 0;
        int lucky = 0;
        for (int choice = 0; choice < 1 << n; choice++) {
            if (Integer.bitCount(choice) == k) {
                choices++;
                lucky += (choice & ((1 << c) - 1)) != 0 ? 1 : 0;
            }
        }
        return (double) lucky / choices;
    }

    @Test
    void staysAccurateWhereBinomialsWouldOverflow() {
        // one right of 10,000: it is among 100 chosen with probability 100/10,000
        assertThat(PassAtK.of(10_000, 1, 100)).isCloseTo(0.01, within(FP64));
    }

    @Test
    void moreChoicesThanSamplesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PassAtK.of(3, 1, 4))
                .withMessageContaining("pass@4 of 3 samples with 1 right");
    }
}
