package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunConfigReaderTests {

    @Test
    void defaultsAreComplete() {
        RunConfig defaults = RunConfigReader.defaults();
        assertThat(defaults.rollout().numRepeat()).isEqualTo(8);
        assertThat(defaults.trainerCommon().optim().lr()).isEqualTo(1e-6);
        assertThat(defaults.taskJudge().weights())
                .containsEntry("math_answer", 0.8)
                .containsEntry("format", 0.1)
                .containsEntry("tool_discipline", 0.1);
    }

    @Test
    void usersValuesAreLaidOverTheDefaults() {
        RunConfig config = RunConfigReader.read("""
                        hone:
                          seed: 7
                          rollout:
                            num_repeat: 4
                          task_judge:
                            weights: {math_answer: 1.0}
                        """).config();
        assertThat(config.seed()).isEqualTo(7);
        assertThat(config.rollout().numRepeat()).isEqualTo(4);
        assertThat(config.rollout().maxIters())
                .isEqualTo(RunConfigReader.defaults().rollout().maxIters());
        assertThat(config.taskJudge().weights()).containsOnlyKeys("math_answer");
    }

    @Test
    void tutorialsRootKeyAndForeignKeysAreRead() {
        YamlConfigReader.Read<RunConfig> read = RunConfigReader.read(
                "ajet: {rollout: {num_repeat: 6, tensor_model_parallel_size: 1}, trainer_common: {nnodes: 1}}");
        assertThat(read.config().rollout().numRepeat()).isEqualTo(6);
        assertThat(read.warnings())
                .containsExactly(
                        "hone.rollout.tensor_model_parallel_size has no meaning here and is not used.",
                        "hone.trainer_common.nnodes has no meaning here and is not used.");
    }

    @Test
    void jsonIsYamlToo() {
        assertThat(RunConfigReader.read("{\"hone\": {\"seed\": 9}}").config().seed())
                .isEqualTo(9);
    }

    @Test
    void whatIsWrittenIsRead() {
        RunConfig config =
                RunConfigReader.read("hone: {seed: 5, model: {path: /m}}").config();
        assertThat(RunConfigReader.read(RunConfigReader.write(config)).config()).isEqualTo(config);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hone: {rolout: {num_repeat: 4}} | hone.rolout is no key. Did you mean 'rollout'?",
                "hone: {rollout: {num_repeats: 4}} | hone.rollout.num_repeats is no key. Did you mean 'num_repeat'?",
                "hone: {rollout: {num_repeat: 0}} | hone.rollout.num_repeat is 0; it must be at least 1.",
                "hone: {rollout: {num_repeat: many}} | hone.rollout.num_repeat has a value that does not fit",
                "hone: {task_judge: {judge_timeout: 0}} | hone.task_judge.judge_timeout is 0; it must be between 0.1 and 240.",
                "hone: {rollout: 3} | hone.rollout must be a mapping",
                "hone: {task_reader: {type: csv}} | hone.task_reader.type is 'csv'; choose one of",
                "hono: {seed: 1} | hono is no key. Did you mean 'hone'?",
                "hone: {seed: 1, seed: 2} | is no readable YAML",
                "hone: [ | is no readable YAML",
                "`` | is empty or no mapping",
            })
    void badFilesAreRefusedWithTheKeyAndWhatToDo(String yaml, String message) {
        assertThatThrownBy(() -> RunConfigReader.read(yaml))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(message);
    }
}
