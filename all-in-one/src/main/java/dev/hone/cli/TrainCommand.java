package dev.hone.cli;

import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.debug.Debugging;
import dev.hone.embedded.DataDirectory;
import dev.hone.gateway.run.RunPaths;
import java.io.IOException;
import java.net.URI;
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

    @Option(names = "--conf", paramLabel = "FILE", description = "The YAML file that says what to do.")
    private @Nullable Path conf;

    @Option(
            names = "--resume",
            description = "Go on with the run that was stopped in this data directory, as it was submitted.")
    private boolean resume;

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(names = "--print-config", description = "Show the complete configuration with every default, and end.")
    private boolean printConfig;

    @Option(
            names = "--with-logview",
            description = "Say where the run's page is, and open it where there is a display.")
    private boolean withLogView;

    /// Where the work is done.
    enum Backbone {
        /// All services in this process, over a broker and a database.
        embedded,
        /// Nothing but episodes, one after another in the calling thread.
        debug,
        /// As AgentJet's tutorial calls training; there is one way to train here.
        verl,
        /// As `verl`.
        trinity
    }

    @Option(
            names = "--backbone",
            paramLabel = "embedded|debug",
            description = "debug: no training, no broker; episodes run one after another in the calling thread, so that"
                    + " breakpoints hold in workflow, tool and judge; AgentJet's verl and trinity are taken as embedded"
                    + " (default: embedded).")
    private Backbone backbone = Backbone.embedded;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description =
                    "Submit to a gateway that runs elsewhere, and follow the run there; nothing starts here. Ctrl-C"
                            + " ends the view, not the run.")
    private @Nullable URI server;

    @Option(names = "--tasks", paramLabel = "N", description = "With --backbone debug: how many tasks (default: 4).")
    private int tasks = 4;

    @Option(
            names = "--base-url",
            paramLabel = "URL",
            description = "With --backbone debug: a server of OpenAI's API, for example http://127.0.0.1:8000/v1, in"
                    + " place of the run's model; its key comes from OPENAI_API_KEY.")
    private @Nullable String baseUrl;

    @Option(names = "--model", paramLabel = "NAME", description = "With --base-url: the model's name there.")
    private @Nullable String model;

    @Mixin
    private SetOption set = new SetOption();

    @Mixin
    private PlatformOptions options = new PlatformOptions();

    private final Platforms platforms;

    TrainCommand(Platforms platforms) {
        this.platforms = platforms;
    }

    @Override
    public Integer call() throws Exception {
        if (printConfig) {
            String shown = set.over(conf == null ? "hone: {}" : ConfOption.read(conf));
            Console.result(RunConfigReader.write(RunConfigReader.read(shown).config()));
            return Main.OK;
        }
        String yaml = conf == null ? null : set.over(ConfOption.read(conf));
        if (yaml == null) {
            set.requireUnused();
        }
        if (yaml == null && !resume) {
            throw new UserErrorException(
                    "Name the run's file with --conf FILE, or go on with a stopped run by --resume.");
        }
        if (backbone == Backbone.debug) {
            return debug(yaml);
        }
        if (backbone == Backbone.verl || backbone == Backbone.trinity) {
            Console.progress("--backbone " + backbone + " is taken as training: all services in this process, DJL and"
                    + " PyTorch in place of " + backbone + ".");
        }
        if (yaml != null) {
            RunConfigReader.read(yaml)
                    .warnings()
                    .forEach(Console::progress); // refuses a bad file before anything starts
        }
        if (server != null) {
            return elsewhere(server, yaml);
        }
        if (resume && !DataDirectory.used(options.folder())) {
            throw Training.nothingStopped(options.folder());
        }
        Instant started = Instant.now();
        return Training.on(
                platforms,
                options,
                json.asked(),
                withLogView,
                training -> resume || yaml == null ? training.resume(yaml, started) : training.begin(yaml));
    }

    private int elsewhere(URI server, @Nullable String yaml) throws InterruptedException {
        if (yaml == null || resume) {
            throw new UserErrorException(
                    "--server begins a run; name its file with --conf FILE and leave --resume out. A"
                            + " paused run there goes on from its page.");
        }
        GatewayClient gateway = ServerOption.named(server);
        try (Interruption interruption = Interruption.watch()) {
            Training training = new Training(gateway, interruption, options.folder(), json.asked());
            String run = gateway.submit(yaml);
            Console.progress("Run " + run + ": " + training.page(run));
            if (withLogView) {
                new LogView(System.getenv()).show(training.page(run));
            }
            return training.watch(run);
        }
    }

    private int debug(@Nullable String yaml) throws IOException {
        if (yaml == null) {
            throw new UserErrorException("--backbone debug begins anew; name the run's file with --conf FILE.");
        }
        if (tasks < 1) {
            throw new UserErrorException("--tasks is " + tasks + "; give 1 or more.");
        }
        if ((baseUrl == null) != (model == null)) {
            throw new UserErrorException("Give --base-url and --model together: where, and which model there.");
        }
        RunConfig config = new RunPaths(Path.of("").toAbsolutePath(), DataDirOption.home())
                .absolute(RunConfigReader.read(yaml).config());
        Path folder = DataDirOption.prepared(options.folder().resolve("debug"));
        Console.logTo(folder.resolve("hone.log"));
        boolean judged = new Debugging(
                        folder, tasks, baseUrl, model == null ? "" : model, Console::progress, Console::result)
                .run(config);
        return judged ? Main.OK : Main.FAILED;
    }
}
