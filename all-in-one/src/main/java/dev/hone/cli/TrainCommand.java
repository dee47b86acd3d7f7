package dev.hone.cli;

import dev.hone.contracts.run.RunConfigReader;
import dev.hone.embedded.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `./hone train`: the whole ring in this process, a run submitted to it and followed to its end.
@Command(name = "train", description = "Trains an agent as a YAML file describes it.", mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

    @Option(names = "--conf", paramLabel = "FILE", description = "The run's YAML file.")
    private @Nullable Path conf;

    @Option(
            names = "--resume",
            description = "Go on with the run that was stopped in this data directory, as it was submitted.")
    private boolean resume;

    @Option(names = "--json", description = "End with one line of JSON on standard output.")
    private boolean json;

    @Option(names = "--print-config", description = "Show the complete configuration with every default, and end.")
    private boolean printConfig;

    @Option(names = "--port", paramLabel = "N", description = "The gateway's port (default: a free one).")
    private @Nullable Integer port;

    @Mixin
    private DataDirOption data = new DataDirOption();

    private final Platforms platforms;

    TrainCommand(Platforms platforms) {
        this.platforms = platforms;
    }

    @Override
    public Integer call() throws Exception {
        String yaml = conf == null ? null : read(conf);
        if (printConfig) {
            Console.result(RunConfigReader.write(
                    yaml == null
                            ? RunConfigReader.defaults()
                            : RunConfigReader.read(yaml).config()));
            return Main.OK;
        }
        if (yaml == null && !resume) {
            throw new UserErrorException(
                    "Name the run's file with --conf FILE, or go on with a stopped run by --resume.");
        }
        if (yaml != null) {
            RunConfigReader.read(yaml)
                    .warnings()
                    .forEach(Console::progress); // refuses a bad file before anything starts
        }
        if (resume && !DataDirectory.used(data.folder())) {
            throw Training.nothingStopped(data.folder());
        }
        Instant started = Instant.now();
        return Training.on(
                platforms,
                data.folder(),
                port,
                json,
                training -> resume || yaml == null ? training.resume(yaml, started) : training.begin(yaml));
    }

    static String read(Path conf) {
        try {
            return Files.readString(conf);
        } catch (IOException e) {
            throw new UserErrorException("Cannot read " + conf.toAbsolutePath() + ": "
                    + (Files.exists(conf) ? e.toString() : "there is no such file") + ". Check --conf.");
        }
    }
}
