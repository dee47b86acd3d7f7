package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The schema as a validator of others reads it.
class RunConfigSchemaTests {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(RunConfigSchema.text());

    private static List<String> errors(String yaml) {
        return SCHEMA.validate(yaml, InputFormat.YAML).stream()
                .map(Error::toString)
                .toList();
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith("sft.yaml"))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void takesEveryExample(Path example) throws IOException {
        String yaml = Files.readString(example);
        assertThat(errors(yaml)).isEmpty();
        RunConfigReader.read(yaml);
    }

    @Test
    void takesWhatTheReaderWrites() {
        assertThat(errors(RunConfigReader.write(RunConfigReader.defaults()))).isEmpty();
    }

    @Test
    void takesTheTutorialsFile() throws IOException {
        assertThat(errors(Files.readString(Path.of("src/test/resources/agentjet/math_agent.yaml"))))
                .isEmpty();
    }

    /// What both take.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hone: {trainer_common: {devices: auto}}",
                "hone: {trainer_common: {devices: 4}}",
                "hone: {task_judge: {judge_protocol: null}}",
                "hone: {task_judge: }",
                "hone: {task_reader: {filter: {level: {in: [easy, hard], max_length: 9}}}}",
                "hone: {trainer_common: {lora: {rank: 4, target_modules: [q_proj]}}}",
                "hone: {trainer_common: {optim: {lr: 1}}}"
            })
    void takesWhatTheReaderTakes(String yaml) {
        RunConfigReader.read(yaml);
        assertThat(errors(yaml)).isEmpty();
    }

    /// What both refuse.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hono: {seed: 1}",
                "hone: {seed: 1}\najet: {seed: 1}",
                "hone: {rolout: {num_repeat: 4}}",
                "hone: {rollout: {num_repeats: 4}}",
                "hone: {rollout: {num_repeat: 0}}",
                "hone: {rollout: {num_repeat: many}}",
                "hone: {rollout: 3}",
                "hone: {task_judge: {judge_timeout: 241}}",
                "hone: {task_judge: {weights: {math_answer: 2}}}",
                "hone: {task_reader: {type: csv}}",
                "hone: {task_reader: {filter: {level: {min_lenght: 2}}}}",
                "hone: {task_reader: {split: {validation_ratio: 1}}}",
                "hone: {trainer_common: {algorithm: {name: ppo}}}",
                "hone: {trainer_common: {algorithm: {loss_mode: clip}}}",
                "hone: {trainer_common: {lora: {target_modules: [lm_head]}}}",
                "hone: {trainer_common: {devices: 65}}",
                "hone: {trainer_common: {devices: all}}",
                "hone: {trackers: {tensorboard: {dir: x}}}"
            })
    void refusesWhatTheReaderRefuses(String yaml) {
        assertThatThrownBy(() -> RunConfigReader.read(yaml)).isInstanceOf(InvalidConfigException.class);
        assertThat(errors(yaml)).isNotEmpty();
    }
}
