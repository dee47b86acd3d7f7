package dev.hone.gateway.run;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.run.TrainerConfig;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes a configuration's paths absolute, so that they mean the same to every service: against the working directory,
/// then, where nothing lies there, against Hone's home.
record RunPaths(Path workingDirectory, Path home) {

    RunConfig absolute(RunConfig config) {
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
                config.taskJudge(),
                new RunConfig.ModelSource(
                        existing(config.model().path()), existing(config.model().adapter())),
                config.rollout(),
                config.data(),
                absolute(config.trainerCommon()));
    }

    private TaskReaderConfig.SplitFile absolute(TaskReaderConfig.SplitFile file) {
        return new TaskReaderConfig.SplitFile(existing(file.filePath()));
    }

    private TrainerConfig absolute(TrainerConfig t) {
        String output = t.outputDir().isEmpty()
                ? ""
                : workingDirectory.resolve(t.outputDir()).normalize().toString();
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
                output,
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

    private String existing(String path) {
        if (path.isEmpty()) {
            return path;
        }
        Path here = workingDirectory.resolve(path).normalize();
        Path there = home.resolve(path).normalize();
        return (!Files.exists(here) && Files.exists(there) ? there : here).toString();
    }
}
