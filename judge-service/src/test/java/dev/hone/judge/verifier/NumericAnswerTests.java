package dev.hone.judge.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericAnswerTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1,000; 1000",
                "$1,000.00; 1000",
                "\\$1{,}000; 1000",
                "1\\,000\\,000; 1000000",
                "1 000; 1000",
                "1000 dollars; 1000",
                "USD5; 5",
                "€ 5; 5",
                "50\\%; 50",
                "50 %; 50",
                "+7; 7",
                "\u22127; -7",
                "-$7.50; -15/2",
                "$-7; -7",
                "- 7; -7",
                "x = -5; -5",
                "5.; 5",
                "5.0; 5",
                ".5; 1/2",
                "007; 7",
                "3/4; 3/4",
                "6/8; 3/4",
                "\\frac{3}{4}; 3/4",
                "-\\dfrac{3}{4}; -3/4",
                "\\frac34; 3/4",
                "\\frac{1,000}{2}; 500",
                "\\frac{-9}{3}; -3",
                "1 1/2; 3/2",
                "2\\frac{1}{2}; 5/2",
                "12 \\text{ apples}; 12",
                "\\text{12 apples}; 12",
                "12~\\mathrm{cm}^2; 12",
                "12 cm2; 12",
                "12 cm^{2}; 12",
                "90^\\circ; 90",
                "90°; 90",
                "1.5e3; 1500",
                "1.5 \\times 10^{3}; 1500",
                "1.5 × 10^3; 1500",
                "10^3; 1000",
                "2.5e-1; 1/4",
                "2 million; 2000000",
                "5-year-old; 5",
                "The answer is 42.; 42",
                "(42); 42",
                "3 + 4 = 7; 7",
                "$5/hour; 5",
                "15th; 15",
                "\\mathbf{8}; 8",
                "0.1; 1/10",
                "-0; 0",
            })
    void readsTheNumberHoweverItIsWritten(String text, String expected) {
        assertThat(NumericAnswer.read(text)).map(Rational::toString).contains(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3 or 4",
                "10:30",
                "1,5",
                "1,000,00",
                "1.2.3",
                "2-5",
                "3/0",
                "5/6/7",
                "5x10",
                "3 + 4",
                "apples",
                "",
                "1e999999999",
                "1e-9999",
                "H2O and CO2",
            })
    void textWithoutExactlyOneNumberStatesNone(String text) {
        assertThat(NumericAnswer.read(text)).isEmpty();
    }

    @Test
    void farDecimalsCount() {
        assertThat(NumericAnswer.read("0.30000000000000000001")).isNotEqualTo(NumericAnswer.read("0.3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1,", "{", "\\frac{", "1 1", "\\text{", "-", "10^", " ", "1/", "x", "e1"})
    void hostileTextIsReadInBoundedTime(String piece) {
        String text = piece.repeat(400 / piece.length());
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> NumericAnswer.read(text));
    }
}
