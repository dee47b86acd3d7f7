package dev.hone.cli;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.YamlConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./hone eval`: the whole ring in this process, a run that is one evaluation submitted to it and followed to its end.
@Command(
        name = "eval",
        description = "Evaluates a model on the problems of a run's YAML file, and trains nothing.",
        mixinStandardHelpOptions = true)
final class EvalCommand implements Callable<Integer> {

    @Mixin
    private ConfOption conf = new ConfOption();

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A model's folder, or the name of a run of this data directory that trained one (default: the"
                    + " file's model).")
    private @Nullable String model;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            description = "Problems to evaluate on: validation (default) or training.")
    private EvaluationFile.Split split = EvaluationFile.Split.validation;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Only the first N problems; 0: all (default: what the file says).")
    private @Nullable Integer limit;

    @Option(
            names = "--pass-k",
            paramLabel = "K",
            description = "Beside the greedy answer, pass@K from sampled ones (default: what the file says).")
    private @Nullable Integer passK;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Samples of each problem for pass@K (default: what the file says, or K).")
    private @Nullable Integer samples;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Temperature of those samples (default: what the file says, 1.0).")
    private @Nullable Double temperature;

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private SetOption set = new SetOption();

    @Mixin
    private PlatformOptions options = new PlatformOptions();

    private final Platforms platforms;

    EvalCommand(Platforms platforms) {
        this.platforms = platforms;
    }

    @Override
    public Integer call() throws Exception {
        YamlConfigReader.Read<RunConfig> read = RunConfigReader.read(set.over(conf.text()));
        read.warnings().forEach(Console::progress);
        EvaluationFile file =
                EvaluationFile.of(read.config()).problems(split, limit).passAtK(passK, samples, temperature);
        RunConfigReader.read(file.yaml()); // refuses bad options before anything starts
        return Training.on(
                platforms,
                options,
                json.asked(),
                false,
                training -> training.begin(
                        model == null
                                ? file.yaml()
                                : file.model(folder(model, training)).yaml()));
    }

    /// A folder as it is; else the folder of the model that a run of that name trained.
    private static String folder(String model, Training training) {
        boolean there = Files.isDirectory(Path.of(model))
                || Files.isDirectory(DataDirOption.home().resolve(model));
        return there ? model : training.export(model);
    }
}
