package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    void theTutorialsFileIsReadOnceItsPlaceholdersAreFilledIn() throws IOException {
        String literal = Files.readString(Path.of("src/test/resources/agentjet/math_agent.yaml"));
        assertThatThrownBy(() -> RunConfigReader.read(literal))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("hone.model.path is still YOUR_MODEL_PATH");
        YamlConfigReader.Read<RunConfig> read = RunConfigReader.read(literal.replace("YOUR_MODEL_PATH", "/m"));
        assertThat(read.config().rollout().numRepeat()).isEqualTo(6);
        assertThat(read.config().data().trainBatchSize()).isEqualTo(100);
        assertThat(read.config().trainerCommon().totalEpochs()).isEqualTo(100);
        assertThat(read.config().taskJudge().judgeProtocol()).endsWith("->MathAnswerAsJudge");
        assertThat(read.warnings())
                .hasSize(11)
                .contains("hone.trainer_common.logger is not used: the curve goes where hone.trackers says"
                        + " (docs/trackers.md).");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trainer_common.optim.lr=2e-6 | trainer_common.optim.lr",
                "hone.trainer_common.optim.lr=2e-6 | trainer_common.optim.lr",
                "optim.lr=2e-6 | trainer_common.optim.lr",
                "learner.lr=2e-6 | trainer_common.optim.lr",
                "lr=2e-6 | trainer_common.optim.lr",
            })
    void aSettingMayLeaveOutWhatIsPlainWithoutIt(String setting, String key) {
        RunConfig config = overridden("hone: {trainer_common: {optim: {lr: 1, warmup_steps: 3}}}", setting);
        assertThat(config.trainerCommon().optim().lr()).as(key).isEqualTo(2e-6);
        assertThat(config.trainerCommon().optim().warmupSteps()).isEqualTo(3);
    }

    @Test
    void settingsAreTypedAndTheLastOneCounts() {
        RunConfig config = overridden(
                "ajet: {seed: 1}",
                "seed=2",
                "seed=3",
                "experiment_name=007",
                "val_only=true",
                "lora.target_modules=[q_proj, v_proj]",
                "task_judge.weights={math_answer: 1}",
                "task_judge.weights.format=0.25",
                "algorithm.name=dapo",
                "model.path=");
        assertThat(config.seed()).isEqualTo(3);
        assertThat(config.experimentName()).isEqualTo("007");
        assertThat(config.trainerCommon().valOnly()).isTrue();
        assertThat(config.trainerCommon().lora().targetModules()).containsExactly("q_proj", "v_proj");
        assertThat(config.taskJudge().weights()).isEqualTo(Map.of("math_answer", 1.0, "format", 0.25));
        assertThat(config.trainerCommon().algorithm().clipRatioHigh()).isEqualTo(0.28);
        assertThat(config.model().path()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rollout.num_repeats=4 | hone.rollout.num_repeats is no key. Did you mean 'rollout.num_repeat'?",
                "learner.lrr=4 | hone.learner.lrr is no key. Did you mean 'trainer_common.optim.lr'?",
                "qqqqqqqqqqqqqq=4 | hone.qqqqqqqqqqqqqq is no key; ./hone train --print-config shows every key.",
                "training_split=x | could be any of [task_reader.huggingface_dat_repo.training_split, task_reader.env_service",
                "rollout.num_repeat | --set rollout.num_repeat is no setting; write KEY=VALUE",
                "rollout.num_repeat=0 | hone.rollout.num_repeat is 0; it must be at least 1.",
                "rollout.num_repeat=many | hone.rollout.num_repeat is 'many'; it must be a whole number",
                "rollout.num_repeat=[1 | hone.rollout.num_repeat cannot be set to '[1'",
                "rollout=3 | hone.rollout must be a mapping",
            })
    void settingsThatCannotBeAreRefusedWithTheKeyAndWhatToDo(String setting, String message) {
        assertThatThrownBy(() -> overridden("hone: {}", setting))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(message);
    }

    private static RunConfig overridden(String yaml, String... settings) {
        return RunConfigReader.read(RunConfigReader.override(yaml, List.of(settings)))
                .config();
    }

    @Test
    void whatWasStoredBeforeThereWereTrackersHasNone() {
        String json = EventCodec.json().writeValueAsString(RunConfigReader.defaults());
        String before = json.replaceAll(",\"trackers\":\\{.*?}}", "");
        assertThat(before).doesNotContain("trackers").endsWith("}");
        assertThat(EventCodec.json().readValue(before, RunConfig.class)).isEqualTo(RunConfigReader.defaults());
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

    @Test
    void algorithmsNameSetsItsKeysAndAKeyBesideItWins() {
        TrainerConfig.AlgorithmConfig dapo = algorithm("{name: dapo, kl_loss_coef: 0.01}");
        assertThat(dapo.clipRatioHigh()).isEqualTo(0.28);
        assertThat(dapo.lossAggMode()).isEqualTo("token-mean");
        assertThat(dapo.klLossCoef()).isEqualTo(0.01);
        assertThat(algorithm("{name: dapo, clip_ratio_high: 0.3}").clipRatioHigh())
                .isEqualTo(0.3);
        assertThat(algorithm("{adv_estimator: rloo}").lossMode()).isEqualTo("vanilla");
    }

    @Test
    void whatWasStoredBeforeThereWereAlgorithmsIsGrpo() {
        String json = EventCodec.json().writeValueAsString(algorithm("{name: grpo}"));
        String before = json.replaceAll(
                "\"(name|advEpsilon|groupOfOne|lossMode|lossScaleFactor|rolloutIs|rolloutIsThreshold)\":[^,}]*,", "");
        assertThat(before).startsWith("{\"advEstimator\":").doesNotContain("lossMode");
        assertThat(EventCodec.json().readValue(before, TrainerConfig.AlgorithmConfig.class))
                .isEqualTo(algorithm("{name: grpo}"));
    }

    @Test
    void whatWasStoredBeforeEvaluationsCouldStandAloneTrains() {
        TrainerConfig config = RunConfigReader.defaults().trainerCommon();
        String before = EventCodec.json()
                .writeValueAsString(config)
                .replaceAll("\"(valPassN|valPassK|valPassTemperature|valOnly)\":[^,}]*,", "");
        assertThat(before).contains("\"testFreq\":0,\"saveFreq\"");
        assertThat(EventCodec.json().readValue(before, TrainerConfig.class)).isEqualTo(config);
    }

    @Test
    void kOfPassAtKIsItsNumberOfSamplesUnlessItIsGiven() {
        assertThat(RunConfigReader.defaults().trainerCommon().passK()).isZero();
        assertThat(trainer("{val_pass_n: 4}").passK()).isEqualTo(4);
        assertThat(trainer("{val_pass_n: 4, val_pass_k: 2}").passK()).isEqualTo(2);
    }

    private static TrainerConfig trainer(String yaml) {
        return RunConfigReader.read("hone: {trainer_common: " + yaml + "}")
                .config()
                .trainerCommon();
    }

    @Test
    void adaptersAreAskedForByTheirRank() {
        assertThat(RunConfigReader.defaults().trainerCommon().lora()).isEqualTo(LoraConfig.NONE);
        LoraConfig lora = RunConfigReader.read(
                        "hone: {trainer_common: {lora: {rank: 16, alpha: 8, target_modules: [q_proj]}}}")
                .config()
                .trainerCommon()
                .lora();
        assertThat(lora.targetModules()).containsExactly("q_proj");
        assertThat(lora.scale()).isEqualTo(0.5);
        assertThat(new LoraConfig(16, 8, LoraConfig.MODULES, 0, true).scale()).isEqualTo(2);
        assertThat(LoraConfig.NONE.scale()).isZero();
    }

    @Test
    void whatWasStoredBeforeThereWereAdaptersHasNone() {
        String json = EventCodec.json().writeValueAsString(RunConfigReader.defaults());
        String before = json.replaceAll("\"lora\":\\{[^}]*},", "").replace(",\"adapter\":\"\"", "");
        assertThat(before).doesNotContain("lora", "adapter");
        assertThat(EventCodec.json().readValue(before, RunConfig.class)).isEqualTo(RunConfigReader.defaults());
    }

    @Test
    void whatWasStoredBeforeThereWereFiltersAndEnvironmentsHasNone() {
        String json = EventCodec.json().writeValueAsString(RunConfigReader.defaults());
        String before = json.replaceAll("\"(envService|split|curriculum|filter)\":\\{[^}]*},", "")
                .replace(",\"maxResample\":0", "");
        assertThat(before).doesNotContain("envService", "split\"", "curriculum", "filter", "maxResample");
        assertThat(EventCodec.json().readValue(before, RunConfig.class)).isEqualTo(RunConfigReader.defaults());
    }

    @Test
    void whatWasStoredBeforeThereWereGatesHasNone() {
        String json = EventCodec.json().writeValueAsString(RunConfigReader.defaults());
        String before = json.replace(",\"gates\":[]", "");
        assertThat(before).doesNotContain("gates");
        assertThat(EventCodec.json().readValue(before, RunConfig.class)).isEqualTo(RunConfigReader.defaults());
    }

    @Test
    void aGateHoldsWithinItsBounds() {
        Gate gate = RunConfigReader.read("hone: {gates: [{metric: kl, min: 0.1, max: 0.2, by_step: 3}]}")
                .config()
                .gates()
                .getFirst();
        assertThat(gate.purpose()).isEqualTo("train");
        assertThat(gate.holds(0.1)).isTrue();
        assertThat(gate.holds(0.2)).isTrue();
        assertThat(gate.holds(0.09)).isFalse();
        assertThat(gate.holds(0.21)).isFalse();
        assertThat(gate.counts(3)).isTrue();
        assertThat(gate.counts(4)).isFalse();
        assertThat(gate.text()).isEqualTo("kl 0.1 to 0.2 by step 3");
    }

    @ParameterizedTest
    @CsvSource({
        "grpo, grpo, vanilla, seq-mean-token-mean",
        "dr_grpo, dr_grpo, vanilla, seq-mean-token-sum-norm",
        "dapo, grpo, vanilla, token-mean",
        "gspo, grpo, gspo, seq-mean-token-mean",
        "cispo, grpo, cispo, token-mean",
        "rloo, rloo, reinforce, seq-mean-token-sum",
        "rloo_ppo, rloo, vanilla, token-mean",
        "rloo_sequence, rloo, sequence_clip, seq-mean-token-mean",
        "reinforce_plus_plus, reinforce_plus_plus, vanilla, token-mean",
        "reinforce_plus_plus_baseline, reinforce_plus_plus_baseline, vanilla, token-mean",
    })
    void everyAlgorithmIsOneKey(String name, String advantage, String loss, String aggregation) {
        TrainerConfig.AlgorithmConfig algorithm = algorithm("{name: " + name + "}");
        assertThat(algorithm.advEstimator()).isEqualTo(advantage);
        assertThat(algorithm.lossMode()).isEqualTo(loss);
        assertThat(algorithm.lossAggMode()).isEqualTo(aggregation);
    }

    private static TrainerConfig.AlgorithmConfig algorithm(String yaml) {
        return RunConfigReader.read("hone: {trainer_common: {algorithm: " + yaml + "}}")
                .config()
                .trainerCommon()
                .algorithm();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hone: {rolout: {num_repeat: 4}} | hone.rolout is no key. Did you mean 'rollout'?",
                "hone: {rollout: {num_repeats: 4}} | hone.rollout.num_repeats is no key. Did you mean 'num_repeat'?",
                "hone: {rollout: {num_repeat: 0}} | hone.rollout.num_repeat is 0; it must be at least 1.",
                "hone: {rollout: {num_repeat: many}} | hone.rollout.num_repeat is 'many'; it must be a whole number, such as 8, its default.",
                "hone: {rollout: {num_repeat: 8.5}} | hone.rollout.num_repeat is 8.5; it must be a whole number, such as 8, its default.",
                "hone: {rollout: {num_repeat: 99999999999}} | hone.rollout.num_repeat is 99999999999; it must be a whole number",
                "hone: {rollout: {num_repeat: [8]}} | hone.rollout.num_repeat is [8]; it must be a whole number",
                "hone: {rollout: {temperature: hot}} | hone.rollout.temperature is 'hot'; it must be a number, such as 1.0, its default.",
                "hone: {trainer_common: {val_only: maybe}} | hone.trainer_common.val_only is 'maybe'; it must be true or false, such as false, its default.",
                "hone: {model: {path: {a: b}}} | hone.model.path is {\"a\":\"b\"}; it must be a text.",
                "hone: {gates: reward} | hone.gates is 'reward'; it must be a list.",
                "hone: {gates: [reward]} | hone.gates[0] is 'reward'; it must be a mapping.",
                "hone: {gates: [{metric: a, min: 1}, {metric: a, min: high}]} | hone.gates[1].min is 'high'; it must be a number.",
                "hone: {gates: [{metric: a, min: 1, mxa: 2}]} | hone.gates[0].mxa is no key. Did you mean 'max'?",
                "hone: {gates: [{min: 1}]} | hone.gates.metric is missing; name one, such as reward/mean.",
                "hone: {gates: [{metric: a}]} | hone.gates.min is missing, and so is max, for a",
                "hone: {gates: [{metric: a, min: 2, max: 1}]} | hone.gates.max is 1.0 for a, below min, which is 2.0.",
                "hone: {gates: [{metric: a, min: 2, by_step: 0}]} | hone.gates.by_step is 0; it must be at least 1.",
                "hone: {gates: [{metric: a, min: 2, purpose: test}]} | hone.gates.purpose is 'test'; choose one of [eval, train].",
                "hone: {gates: [{metric: a, min: 2, by_step: 9}], trainer_common: {total_training_steps: 5}} | hone.gates.by_step is 9 for a, but hone.trainer_common.total_training_steps is 5",
                "hone: {gates: [{metric: a, min: 2}], trainer_common: {val_only: true}} | hone.gates.purpose is train for a, but hone.trainer_common.val_only trains nothing",
                "hone: {gates: [{metric: a, min: 2, purpose: eval}], trainer_common: {val_before_train: false, val_after_train: false}} | hone.gates.purpose is eval for a, but the run never evaluates",
                "hone: {task_judge: {judge_timeout: 0}} | hone.task_judge.judge_timeout is 0; it must be between 0.1 and 240.",
                "hone: {trainer_common: {val_pass_n: 2, val_pass_k: 4}} | hone.trainer_common.val_pass_k is 4; it must be between 0 and 2.",
                "hone: {rollout: 3} | hone.rollout must be a mapping",
                "hone: {task_reader: {type: env_service}} | hone.task_reader.env_service.env_url is ''; it must be the service's address",
                "hone: {task_reader: {type: env_service, env_service: {env_url: localhost:80}}} | hone.task_reader.env_service.env_url is 'localhost:80'",
                "hone: {task_reader: {env_service: {call_timeout: 0}}} | hone.task_reader.env_service.call_timeout is 0; it must be at least 0.1.",
                "hone: {task_reader: {filter: {level: {}}}} | hone.task_reader.filter.level asks nothing; give equals, in, regex,",
                "hone: {task_reader: {filter: {level: {regex: '('}}}} | hone.task_reader.filter.level.regex is no regular expression: Unclosed group",
                "hone: {task_reader: {filter: {level: {in: []}}}} | hone.task_reader.filter.level.in is empty, so that no row passes",
                "hone: {task_reader: {filter: {level: {min: 2, max: 1}}}} | hone.task_reader.filter.level.min is 2.0 and max is 1.0",
                "hone: {task_reader: {filter: {level: {min_length: 2, max_length: 1}}}} | hone.task_reader.filter.level.min_length is 2 and max_length is 1",
                "hone: {task_reader: {filter: {level: {min_lenght: 2}}}} | hone.task_reader.filter.level.min_lenght is no key. Did you mean 'min_length'?",
                "hone: {task_reader: {filter: 3}} | hone.task_reader.filter is 3; it must be a mapping.",
                "hone: {task_reader: {split: {validation_ratio: 1}}} | hone.task_reader.split.validation_ratio is 1; it must be between 0 and 0.9.",
                "hone: {task_reader: {curriculum: {type: easy}}} | hone.task_reader.curriculum.type is 'easy'; choose one of [difficulty, none].",
                "hone: {task_reader: {curriculum: {explore: 2}}} | hone.task_reader.curriculum.explore is 2; it must be between 0 and 1.",
                "hone: {task_reader: {curriculum: {target_pass_rate: 2}}} | hone.task_reader.curriculum.target_pass_rate is 2; it must be",
                "hone: {task_reader: {curriculum: {rest_steps: -1}}} | hone.task_reader.curriculum.rest_steps is -1; it must be",
                "hone: {task_judge: {judge_protocol: env_evaluate}} | hone.task_judge.judge_protocol is 'env_evaluate', which needs an environment; set hone.task_reader.type to env_service",
                "hone: {rollout: {user_workflow: env_agent}} | hone.rollout.user_workflow is 'env_agent', which needs an environment",
                "hone: {data: {max_resample: -1}} | hone.data.max_resample is -1; it must be between 0 and",
                "hone: {rollout: {num_repeat: 1}, data: {max_resample: 4}} | hone.data.max_resample is 4, but hone.rollout.num_repeat is 1",
                "hone: {task_reader: {type: csv}} | hone.task_reader.type is 'csv'; choose one of",
                "hone: {trainer_common: {algorithm: {name: ppo}}} | hone.trainer_common.algorithm.name is 'ppo'; choose one of [grpo,",
                "hone: {trainer_common: {algorithm: {loss_mode: clip}}} | hone.trainer_common.algorithm.loss_mode is 'clip'; choose one of",
                "hone: {trainer_common: {algorithm: {clip_ratio_c: 0.5}}} | hone.trainer_common.algorithm.clip_ratio_c is 0.5; it must be above 1",
                "hone: {trainer_common: {algorithm: {name: gspo, clip_ratio_c: 3}}} | only loss_mode 'vanilla' has a dual clip",
                "hone: {trainer_common: {algorithm: {name: gspo, loss_agg_mode: token-mean}}} | has one ratio for a whole sequence; set it to seq-mean-token-mean",
                "hone: {trainer_common: {lora: {rank: -1}}} | hone.trainer_common.lora.rank is -1; it must be at least 0.",
                "hone: {trainer_common: {lora: {alpha: 0}}} | hone.trainer_common.lora.alpha is 0.0; it must be a number above 0.",
                "hone: {trainer_common: {lora: {dropout: 0.1}}} | hone.trainer_common.lora.dropout is 0.1; adapters are trained without dropout",
                "hone: {trainer_common: {lora: {target_modules: [q_proj, lm_head]}}} | hone.trainer_common.lora.target_modules is 'lm_head'; choose one of [down_proj,",
                "hone: {trainer_common: {lora: {target_modules: []}}} | hone.trainer_common.lora.target_modules is empty; name some of",
                "hone: {model: {adapter: a}} | hone.model.adapter is 'a', but hone.trainer_common.lora.rank is 0",
                "hone: {trackers: {mlflow: {tracking_uri: localhost}}} | hone.trackers.mlflow.tracking_uri is 'localhost'; it must be",
                "hone: {trackers: {mlflow: {tracking_uri: 'http://me:secret@host'}}} | hone.trackers.mlflow.tracking_uri has an address with a name, a password",
                "hone: {task_judge: {llm: {api_key_env: HONE_API_KEY}}} | hone.task_judge.llm.api_key_env must name an environment variable",
                "hone: {trackers: {mlflow: {token_env: HOME}}} | hone.trackers.mlflow.token_env must name an environment variable",
                "hone: {model: {path: YOUR_MODEL_PATH}} | hone.model.path is still YOUR_MODEL_PATH, which the tutorial leaves",
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
