package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Run files that mean harm: each is refused in words, at a cost that its length bounds.
class HostileFileTests {

    private static final String FILE = """
            # a run
            hone:
              experiment_name: "math"
              seed: 7
              task_reader: {type: dataset_file, dataset_file: {training: {file_path: train.jsonl}}}
              task_judge:
                weights: {math_answer: 0.8, 'format': .2}
              trainer_common:
                optim: {lr: 2e-6}
              gates:
                - {metric: reward/mean, min: 0.85, by_step: 30}
            """;

    private static void assertRefused(String file, String because) {
        assertThatThrownBy(() -> RunConfigReader.read(file))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(because);
    }

    @Test
    void aLongFileIsRefusedBeforeItIsParsed() {
        assertRefused("hone: {seed: 7}\n" + "#".repeat(1 << 20), "longer than 1048576 characters");
    }

    @Test
    void aliasesAreRefusedWhateverTheyStandFor() {
        assertRefused("hone: {seed: &s 7, experiment_name: *s}", "alias '*s' (line 1");
        assertRefused("hone: {<<: *base}", "alias '*base'");
        StringBuilder laughs = new StringBuilder("a0: &a0 [ha, ha]\n");
        for (int i = 1; i < 40; i++) {
            laughs.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        assertRefused(laughs + "hone: *a39", "alias '*a0'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? "})
    void depthIsRefused(String opening) {
        assertRefused("hone: {gates: " + opening.repeat(20_000), "no readable YAML");
        assertRefused(opening.repeat(20_000), "no readable YAML");
    }

    @Test
    void nothingOfJavaIsMadeOfATag() {
        assertRefused("hone: !!javax.script.ScriptEngineManager [!!java.net.URL ['http://127.0.0.1/']]", "hone");
    }

    /// Whatever bytes a file has: a configuration, or a refusal.
    @Test
    void aDamagedFileIsReadOrRefusedAndNothingElse() {
        Random random = new Random(8);
        String signs = "{}[]:,&*!|>%@`'\"#-?<\t\n\\\0~=\u0085\ufeff\ud800 0x1e9.naninf";
        int refused = 0;
        int rounds = Integer.getInteger("hone.fuzz.rounds", 3_000);
        for (int round = 0; round < rounds; round++) {
            StringBuilder file = new StringBuilder(FILE);
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                int at = random.nextInt(file.length());
                int to = Math.min(file.length(), at + random.nextInt(0, 12));
                int from = random.nextInt(file.length());
                switch (random.nextInt(4)) {
                    case 0 -> file.setCharAt(at, signs.charAt(random.nextInt(signs.length())));
                    case 1 -> file.delete(at, to);
                    case 2 -> file.insert(at, file.substring(from, Math.min(file.length(), from + 20)));
                    default -> file.insert(at, signs.charAt(random.nextInt(signs.length())));
                }
            }
            try {
                RunConfigReader.read(file.toString());
            } catch (InvalidConfigException e) {
                assertThat(e.getMessage()).isNotBlank();
                refused++;
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("Round " + round + " of\n" + file, e);
            }
        }
        assertThat(refused).isBetween(rounds / 4, rounds - 1);
    }

    @Test
    void theFileItselfIsRead() {
        assertThatCode(() -> RunConfigReader.read(FILE)).doesNotThrowAnyException();
    }
}
