package dev.hone.judge.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.judge.TestingEpisodes;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every reference answer that occurs among GSM8K's 8,792 problems (gsm8k-golds.txt, each once; MIT licence, OpenAI).
class Gsm8kGoldsTests {

    private final MathAnswer judge = new MathAnswer();

    static List<String> golds() throws IOException {
        try (InputStream in = Gsm8kGoldsTests.class.getResourceAsStream("gsm8k-golds.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("golds")
    void equalsItselfInEverySpellingAndNothingElse(String gold) {
        BigDecimal value = new BigDecimal(gold.replace(",", ""));
        String plain = value.toPlainString();
        String commas = String.format(java.util.Locale.ROOT, "%," + "." + Math.max(0, value.scale()) + "f", value);
        for (String spelling : List.of(
                gold,
                plain,
                commas,
                "$" + commas,
                plain + (value.scale() > 0 ? "0" : ".0"),
                plain + " \\text{ units}",
                "\\frac{" + plain + "}{1}",
                plain + "/1")) {
            assertThat(score(gold, spelling)).as("%s as %s", gold, spelling).isEqualTo(1);
        }
        for (BigDecimal other : List.of(
                value.add(BigDecimal.ONE), value.subtract(BigDecimal.ONE), value.add(new BigDecimal("0.001")))) {
            assertThat(score(gold, other.toPlainString()))
                    .as("%s as %s", gold, other)
                    .isZero();
        }
    }

    private double score(String gold, String spelling) {
        String reference = "Some reasoning with 3 numbers.\n#### " + gold;
        return judge.judge(
                        TestingEpisodes.task(reference),
                        TestingEpisodes.episode(reference, TestingEpisodes.says("So it is \\boxed{" + spelling + "}.")))
                .value();
    }
}
