package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiteralSecretsTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hone.task_reader.env_service.env_url | {task_reader: {type: env_service, env_service: {env_url: 'VALUE'}}}
            hone.task_judge.llm.base_url         | {task_judge: {llm: {base_url: 'VALUE', model: m}}}
            hone.rollout.untrained_model.base_url | {rollout: {untrained_model: {base_url: 'VALUE', model: m}}}
            hone.trackers.mlflow.tracking_uri    | {trackers: {mlflow: {tracking_uri: 'VALUE'}}}
            hone.model.path                      | {model: {path: 'VALUE'}}
            hone.task_reader.filter.split[1]     | {task_reader: {filter: {split: [a, 'VALUE']}}}
            hone.task_judge.weights              | {task_judge: {weights: {'VALUE': 1.0}}}
            hone.no_key_at_all                   | {no_key_at_all: 'VALUE'}
            """)
    void anAddressWithASecretIsRefusedByItsKeyAndNotRepeated(String key, String file) {
        for (String address : new String[] {
            "https://user:planted-secret@host/v1",
            "https://planted-secret@host",
            "http:///planted-secret@host",
            "https://host/v1?api_key=planted-secret",
            "https://host/v1?a=1&access_token=planted-secret"
        }) {
            assertThatThrownBy(() -> RunConfigReader.read("hone: " + file.replace("VALUE", address)))
                    .as(address)
                    .isInstanceOf(InvalidConfigException.class)
                    .hasMessageStartingWith(key + " has an address")
                    .hasMessageContaining("api_key_env")
                    .hasMessageNotContaining("planted-secret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://api.openai.com/v1", "http://127.0.0.1:8000/v1", "https://host/~a@b/v1"})
    void otherAddressesAreNotItsConcern(String address) {
        assertThat(RunConfigReader.read("hone: {task_judge: {llm: {base_url: '" + address + "', model: m}}}")
                        .config()
                        .taskJudge()
                        .llm()
                        .baseUrl())
                .isEqualTo(address);
    }

    @Test
    void aTextThatIsNoAddressMayHaveAnAtSign() {
        assertThat(RunConfigReader.read("hone: {project_name: 'team@home'}")
                        .config()
                        .projectName())
                .isEqualTo("team@home");
    }
}
