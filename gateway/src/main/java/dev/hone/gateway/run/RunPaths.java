package dev.hone.gateway.run;

import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.run.TrainerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Makes a configuration's paths absolute, so that they mean the same to every service: against the working directory,
/// then, where nothing lies there, against Hone's home.
public record RunPaths(Path workingDirectory, Path home) {

    public RunConfig absolute(RunConfig config) {
        TaskReaderConfig reader = config.taskReader();
        TaskReaderConfig.HubDataset hub = reader.huggingfaceDatRepo();
        TaskReaderConfig tasks = reader.at(
                new TaskReaderConfig.DatasetFiles(
                        absolute(reader.datasetFile().training()),
                        absolute(reader.datasetFile().validation())),
                new TaskReaderConfig.HubDataset(
                        existing(hub.datasetPath()), hub.datasetName(), hub.trainingSplit(), hub.validationSplit()));
        return new RunConfig(
                config.projectName(),
                config.experimentName(),
                config.seed(),
                tasks,
                absolute(config.taskJudge()),
                new RunConfig.ModelSource(
                        existing(config.model().path()), existing(config.model().adapter())),
                config.rollout().withUserWorkflow(code(config.rollout().userWorkflow())),
                config.data(),
                absolute(config.trainerCommon()),
                config.trackers()
                        .withLogDir(made(config.trackers().tensorboard().logDir())),
                config.gates());
    }

    private JudgeConfig absolute(JudgeConfig judge) {
        Map<String, Double> weights = new HashMap<>();
        judge.weights().forEach((name, weight) -> weights.put(code(name), weight));
        return judge.with(code(judge.judgeProtocol()), weights);
    }

    /// A workflow or judge: the path of one in a file (`agent.py`, `agent.jar!com.acme.MyWorkflow`) is made absolute.
    private String code(String name) {
        int end = name.endsWith(".py") ? name.length() : name.lastIndexOf(".jar!") + ".jar".length();
        return end < ".jar".length() ? name : existing(name.substring(0, end)) + name.substring(end);
    }

    private TaskReaderConfig.SplitFile absolute(TaskReaderConfig.SplitFile file) {
        return new TaskReaderConfig.SplitFile(existing(file.filePath()));
    }

    private TrainerConfig absolute(TrainerConfig t) {
        return new TrainerConfig(
                t.totalEpochs(),
                t.totalTrainingSteps(),
                t.valBeforeTrain(),
                t.valAfterTrain(),
                t.testFreq(),
                t.valPassN(),
                t.valPassK(),
                t.valPassTemperature(),
                t.valOnly(),
                t.saveFreq(),
                t.keepCheckpoints(),
                t.maxStaleness(),
                made(t.outputDir()),
                t.device(),
                t.computeType(),
                t.devices(),
                t.gradientCheckpointing(),
                t.maxTokensPerMicroBatch(),
                t.maxSkippedUpdates(),
                t.lora(),
                t.optim(),
                t.algorithm());
    }

    /// A folder that is made where it is not there.
    private String made(String path) {
        return path.isEmpty() ? "" : workingDirectory.resolve(path).normalize().toString();
    }

    private String existing(String path) {
        if (path.isEmpty()) {
            return path;
        }
        Path here = workingDirectory.resolve(path).normalize();
        Path there = home.resolve(path).normalize();
        return (!Files.exists(here) && Files.exists(there) ? there : here).toString();
    }
}
