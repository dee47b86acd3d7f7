package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.run.RunConfig;
import dev.hone.task.dataset.TestingConfigs;
import org.junit.jupiter.api.Test;

class AttemptsTests {

    private static final RunConfig CONFIG = TestingConfigs.read("""
        hone:
          rollout: {temperature: 0.9, val_num_repeat: 2, val_temperature: 0}
          trainer_common: {val_pass_n: 3, val_pass_temperature: 0.7}
        """);

    @Test
    void anEvaluationSamplesForPassAtKBehindItsOwnSamplesAtATemperatureOfItsOwn() {
        assertThat(temperature(Purpose.TRAIN, 4)).isEqualTo(0.9);
        assertThat(temperature(Purpose.EVAL, 0)).isZero();
        assertThat(temperature(Purpose.EVAL, 1)).isZero();
        assertThat(temperature(Purpose.EVAL, 2)).isEqualTo(0.7);
        assertThat(temperature(Purpose.EVAL, 4)).isEqualTo(0.7);
    }

    private static double temperature(Purpose purpose, int sample) {
        return Attempts.temperature(CONFIG, new EpisodeKey(new RunId("r"), purpose, 1, 0, sample, 0));
    }
}
