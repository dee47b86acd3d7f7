package dev.hone.judge.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.judge.TestingEpisodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// GSM8K's 8,792 reference answers, training split then test split, as the dataset writes them (gsm8k-golds.txt; MIT
/// licence, OpenAI): each is right in every spelling and no neighbour of it is.
class Gsm8kGoldsTests {

    private static final List<String> GOLDS = golds();

    private final MathAnswer judge = new MathAnswer();

    /// How people and models write the number that the reference states. Each makes the text of a final answer.
    private enum Spelling {
        AS_THE_REFERENCE(gold -> box(gold)),
        COMMAS(gold -> box(commas(value(gold)))),
        NO_COMMAS(gold -> box(plain(gold))),
        LATEX_COMMAS(gold -> box(commas(value(gold)).replace(",", "{,}"))),
        THIN_SPACES(gold -> box(commas(value(gold)).replace(",", "\\,"))),
        DOLLARS(gold -> box("\\$" + commas(value(gold)) + ".00")),
        UNIT(gold -> box(gold + " apples")),
        UNIT_IN_LATEX(gold -> box(plain(gold) + "~\\text{square feet}^2")),
        PERCENT(gold -> box(plain(gold) + "\\%")),
        POINT_ZERO(gold -> box(plain(gold) + ".0")),
        FRACTION(gold -> box(plain(value(gold).multiply(BigDecimal.TEN)) + "/10")),
        LATEX_FRACTION(gold -> box(fraction("\\frac", value(gold), "4"))),
        DISPLAY_FRACTION(gold -> box("x = " + fraction("\\dfrac", value(gold), "2") + "\\text{ cm}")),
        NESTED_BRACES(gold -> box("\\mathbf{\\text{" + gold + "}}")),
        LAST_BOX(gold -> box(plain(value(gold).add(BigDecimal.ONE))) + " No: " + box(gold) + " is right."),
        SCIENTIFIC(gold -> box(scientific(gold, "e%d"))),
        POWER_OF_TEN(gold -> box(scientific(gold, " \\times 10^{%d}"))),
        PLUS_OR_TYPESET_MINUS(gold -> box(gold.startsWith("-") ? gold.replace('-', '\u2212') : "+" + gold)),
        TRAILING_PERIOD(gold -> box(gold + ".") + "."),
        SPACES_AND_EQUATION(gold -> box(" 1 + 1 = " + gold + " "));

        private final Function<String, String> writer;

        Spelling(Function<String, String> writer) {
            this.writer = writer;
        }
    }

    @Test
    void allOfThemAreHere() {
        assertThat(GOLDS).hasSize(7473 + 1319);
    }

    @ParameterizedTest
    @EnumSource
    void everyReferenceIsRightInTheSpelling(Spelling spelling) {
        List<String> missed = new ArrayList<>();
        for (String gold : GOLDS) {
            String answer = spelling.writer.apply(gold);
            if (score(gold, answer) != 1) {
                missed.add(gold + " as " + answer);
            }
        }
        assertThat(missed).isEmpty();
    }

    /// Numbers that are near, but another.
    private enum Neighbour {
        ONE_MORE(value -> value.add(BigDecimal.ONE)),
        ONE_LESS(value -> value.subtract(BigDecimal.ONE)),
        A_LITTLE_MORE(value -> value.add(new BigDecimal("0.001"))),
        TEN_TIMES(value -> value.signum() == 0 ? BigDecimal.TEN : value.multiply(BigDecimal.TEN)),
        A_TENTH(value -> value.signum() == 0 ? new BigDecimal("0.1") : value.movePointLeft(1)),
        THE_OTHER_SIGN(value -> value.signum() == 0 ? BigDecimal.ONE.negate() : value.negate()),
        ANOTHER_DIGIT(Neighbour::anotherDigit);

        private final Function<BigDecimal, BigDecimal> other;

        Neighbour(Function<BigDecimal, BigDecimal> other) {
            this.other = other;
        }

        /// The first two digits that differ swapped; where all are alike, the first is the next one.
        private static BigDecimal anotherDigit(BigDecimal value) {
            char[] digits = value.abs().toBigIntegerExact().toString().toCharArray();
            for (int i = 1; i < digits.length; i++) {
                if (digits[i] != digits[i - 1]) {
                    char moved = digits[i];
                    digits[i] = digits[i - 1];
                    digits[i - 1] = moved;
                    return new BigDecimal(new String(digits));
                }
            }
            digits[0] = digits[0] == '9' ? '1' : (char) (digits[0] + 1);
            return new BigDecimal(new String(digits));
        }
    }

    @ParameterizedTest
    @EnumSource
    void noReferenceIsItsNeighbour(Neighbour neighbour) {
        List<String> taken = new ArrayList<>();
        for (String gold : GOLDS) {
            BigDecimal other = neighbour.other.apply(value(gold));
            for (String answer : List.of(box(other.toPlainString()), box("\\$" + other.toPlainString() + " each"))) {
                if (score(gold, answer) != 0) {
                    taken.add(gold + " as " + answer);
                }
            }
        }
        assertThat(taken).isEmpty();
    }

    private double score(String gold, String finalAnswer) {
        String reference = "Some reasoning with 3 numbers.\n#### " + gold;
        return judge.judge(
                        TestingEpisodes.task(reference),
                        TestingEpisodes.episode(reference, TestingEpisodes.says("So it is " + finalAnswer)))
                .value();
    }

    private static String box(String content) {
        return "\\boxed{" + content + "}";
    }

    private static BigDecimal value(String gold) {
        return new BigDecimal(gold.replace(",", ""));
    }

    private static String plain(String gold) {
        return plain(value(gold));
    }

    private static String plain(BigDecimal value) {
        return value.toPlainString();
    }

    private static String commas(BigDecimal value) {
        return String.format(Locale.ROOT, "%,d", value.toBigIntegerExact());
    }

    private static String fraction(String command, BigDecimal value, String bottom) {
        return command + "{" + plain(value.multiply(new BigDecimal(bottom))) + "}{" + bottom + "}";
    }

    /// For example `-1.25e3`; the exponent is that of the first digit.
    private static String scientific(String gold, String exponent) {
        BigDecimal value = value(gold);
        int power = value.precision() - 1;
        return plain(value.movePointLeft(power)) + String.format(Locale.ROOT, exponent, power);
    }

    private static List<String> golds() {
        try (InputStream in = Gsm8kGoldsTests.class.getResourceAsStream("gsm8k-golds.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
