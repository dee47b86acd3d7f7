package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.EventCodec;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

class RunSettingsTests {

    private static final RunConfig BASE = RunConfigReader.read("""
                    hone:
                      seed: 7
                      task_judge: {weights: {math_answer: 0.5, format: 0.5}}
                      trainer_common: {optim: {lr: 1.0e-5, warmup_steps: 3}, algorithm: {clip_ratio_high: 0.3}}
                    """).config();

    private static RunConfig changed(String set) {
        Map<String, JsonNode> changes = EventCodec.json().readValue(set, new TypeReference<>() {});
        return RunConfigReader.read(RunSettings.changed(BASE, changes)).config();
    }

    @Test
    void nothingChangedIsTheSame() {
        assertThat(changed("{}")).isEqualTo(BASE);
    }

    @Test
    void aKeyIsChangedAndItsNeighboursStay() {
        TrainerConfig.OptimConfig optim =
                changed("{\"trainer_common.optim.lr\": 2e-6}").trainerCommon().optim();
        assertThat(optim.lr()).isEqualTo(2e-6);
        assertThat(optim.warmupSteps()).isEqualTo(3);
        assertThat(changed("{\"hone.seed\": 8}").seed()).isEqualTo(8);
    }

    @Test
    void anObjectChangesTheKeysInItAndFreeKeysAreOneValue() {
        RunConfig config =
                changed("{\"trainer_common\": {\"optim\": {\"lr\": 1}}, \"task_judge.weights\": {\"mine.py\": 1}}");
        assertThat(config.trainerCommon().optim().lr()).isEqualTo(1);
        assertThat(config.trainerCommon().optim().warmupSteps()).isEqualTo(3);
        assertThat(config.taskJudge().weights()).isEqualTo(Map.of("mine.py", 1.0));
    }

    @Test
    void anotherAlgorithmBringsItsValuesWhateverOrder() {
        TrainerConfig.AlgorithmConfig dapo = changed(
                        "{\"trainer_common.algorithm.kl_loss_coef\": 0.1, \"trainer_common.algorithm.name\": \"dapo\"}")
                .trainerCommon()
                .algorithm();
        assertThat(dapo.clipRatioHigh()).isEqualTo(0.28);
        assertThat(dapo.lossAggMode()).isEqualTo("token-mean");
        assertThat(dapo.klLossCoef()).isEqualTo(0.1);
    }

    @Test
    void aKeyThatIsNoneIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> changed("{\"trainer_common.optim.lrr\": 1}"))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessage("hone.trainer_common.optim.lrr is no key. Did you mean 'lr'?");
        assertThatThrownBy(() -> changed("{\"seed.more\": 1}"))
                .hasMessage("hone.seed.more is no key: hone.seed holds a value.");
    }
}
