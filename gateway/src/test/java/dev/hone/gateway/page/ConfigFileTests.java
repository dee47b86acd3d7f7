package dev.hone.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import org.junit.jupiter.api.Test;

class ConfigFileTests {

    private static final String FILE = """
            hone:
              model: {path: m}
              rollout:
                num_repeat: 4
              trainer_common:
                optim: {lr: 2.0e-5}
            """;

    @Test
    void theFileOfARunMakesTheSameRunAgainUnderAnotherName() {
        RunConfig config = RunConfigReader.read(FILE.replace("hone:", "hone:\n  experiment_name: first"))
                .config();
        String again = ConfigFile.again(config);
        assertThat(again).doesNotContain("first").doesNotContain("seed");
        assertThat(RunConfigReader.read(again).config())
                .isEqualTo(RunConfigReader.read(FILE).config());
    }

    @Test
    void aKeyIsFoundOnItsLineOrTheLineOfWhatItIsMissingIn() {
        assertThat(ConfigFile.line(FILE, "hone.rollout.num_repeat")).isEqualTo(4);
        assertThat(ConfigFile.line(FILE, "hone.trainer_common.optim.lr")).isEqualTo(6);
        assertThat(ConfigFile.line(FILE, "hone.rollout.max_iters")).isEqualTo(3);
        assertThat(ConfigFile.line(FILE, "learner-service")).isNull();
        assertThat(ConfigFile.line("ajet:\n  model: {path: m}", "hone.model.path"))
                .isEqualTo(2);
    }

    @Test
    void whatIsNoYamlIsFoundWhereItBreaks() {
        assertThat(ConfigFile.line("hone:\n  model: {path: m\n  x: 1\n", "hone"))
                .isEqualTo(3);
    }
}
