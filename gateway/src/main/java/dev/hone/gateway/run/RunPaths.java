package dev.hone.gateway.run;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.JudgeConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.TaskReaderConfig;
import dev.hone.contracts.run.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Makes a configuration's paths absolute, so that they mean the same to every service: against the working directory,
/// then, where nothing lies there, against Hone's home.
///
/// @param allowed folders that a run's paths must lie in, `{project}` in them being the run's; empty: anywhere
/// @param withheld folders that none of them may lie in, or hold
public record RunPaths(Path workingDirectory, Path home, List<Path> allowed, List<Path> withheld) {

    private static final String PROJECT = "{project}";

    /// A run's paths may lie anywhere.
    public RunPaths(Path workingDirectory, Path home) {
        this(workingDirectory, home, List.of(), List.of());
    }

    /// The same for who may not see what other runs have made.
    RunPaths withholding(Path folder) {
        return new RunPaths(workingDirectory, home, allowed, List.of(folder));
    }

    /// The same for the runs of a project.
    ///
    /// @throws InvalidConfigException if its name is no folder's and would have to be
    private RunPaths of(String project) {
        if (allowed.stream().noneMatch(folder -> folder.toString().contains(PROJECT))) {
            return this;
        }
        if (!project.matches("[^./\\\\{}][^/\\\\{}]*")) {
            throw new InvalidConfigException(
                    "hone.project_name",
                    "is '" + project + "', which no folder can be called, and each project has its own here; choose"
                            + " another.");
        }
        return new RunPaths(
                workingDirectory,
                home,
                allowed.stream()
                        .map(folder -> Path.of(folder.toString().replace(PROJECT, project)))
                        .toList(),
                withheld);
    }

    /// @throws InvalidConfigException if a path lies where it may not
    public RunConfig absolute(RunConfig config) {
        return of(config.projectName()).all(config);
    }

    private RunConfig all(RunConfig config) {
        TaskReaderConfig reader = config.taskReader();
        TaskReaderConfig.HubDataset hub = reader.huggingfaceDatRepo();
        TaskReaderConfig tasks = reader.at(
                new TaskReaderConfig.DatasetFiles(
                        file("training", reader.datasetFile().training()),
                        file("validation", reader.datasetFile().validation())),
                new TaskReaderConfig.HubDataset(
                        existing("hone.task_reader.huggingface_dat_repo.dataset_path", hub.datasetPath()),
                        hub.datasetName(),
                        hub.trainingSplit(),
                        hub.validationSplit()));
        return new RunConfig(
                config.projectName(),
                config.experimentName(),
                config.seed(),
                tasks,
                absolute(config.taskJudge()),
                new RunConfig.ModelSource(
                        existing("hone.model.path", config.model().path()),
                        existing("hone.model.adapter", config.model().adapter())),
                config.rollout()
                        .withUserWorkflow(code(
                                "hone.rollout.user_workflow", config.rollout().userWorkflow())),
                config.data(),
                absolute(config.trainerCommon()),
                config.trackers()
                        .withLogDir(made(
                                "hone.trackers.tensorboard.log_dir",
                                config.trackers().tensorboard().logDir())),
                config.gates());
    }

    private JudgeConfig absolute(JudgeConfig judge) {
        Map<String, Double> weights = new HashMap<>();
        judge.weights().forEach((name, weight) -> weights.put(code("hone.task_judge.weights", name), weight));
        return judge.with(code("hone.task_judge.judge_protocol", judge.judgeProtocol()), weights);
    }

    /// A workflow or judge: the path of one in a file (`agent.py`, `agent.jar!com.acme.MyWorkflow`) is made absolute.
    private String code(String key, String name) {
        int end = name.endsWith(".py") ? name.length() : name.lastIndexOf(".jar!") + ".jar".length();
        return end < ".jar".length() ? name : existing(key, name.substring(0, end)) + name.substring(end);
    }

    private TaskReaderConfig.SplitFile file(String split, TaskReaderConfig.SplitFile file) {
        return new TaskReaderConfig.SplitFile(
                existing("hone.task_reader.dataset_file." + split + ".file_path", file.filePath()));
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
                made("hone.trainer_common.output_dir", t.outputDir()),
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
    private String made(String key, String path) {
        return path.isEmpty() ? "" : allowed(key, resolved(key, workingDirectory, path));
    }

    private String existing(String key, String path) {
        if (path.isEmpty()) {
            return path;
        }
        Path here = resolved(key, workingDirectory, path);
        Path there = resolved(key, home, path);
        return allowed(key, !Files.exists(here) && Files.exists(there) ? there : here);
    }

    private static Path resolved(String key, Path folder, String path) {
        try {
            return folder.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw new InvalidConfigException(key, "is no path: " + e.getReason() + ".");
        }
    }

    /// A link in an allowed folder leads out of it as little as two dots do.
    private String allowed(String key, Path path) {
        if (withheld.stream()
                .anyMatch(folder -> path.startsWith(folder)
                        || folder.startsWith(path)
                        || real(path).startsWith(real(folder)))) {
            throw new InvalidConfigException(
                    key,
                    "is " + path + ", where the runs of all projects keep what they make; name a folder of your own,"
                            + " or fork the run whose weights you want.");
        }
        if (!allowed.isEmpty()
                && allowed.stream()
                        .noneMatch(
                                folder -> path.startsWith(folder) && real(path).startsWith(real(folder)))) {
            throw new InvalidConfigException(
                    key,
                    "is " + path + ", which lies in none of the folders that a run may name: "
                            + allowed.stream().map(Path::toString).collect(Collectors.joining(", "))
                            + "; move it there, or have who runs Hone add its folder to HONE_PATHS.");
        }
        return path.toString();
    }

    /// The path behind all links, as far as it is there.
    private static Path real(Path path) {
        Path parent = path.getParent();
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return parent == null ? path : real(parent).resolve(parent.relativize(path));
        }
    }
}
