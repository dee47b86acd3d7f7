package dev.hone.cli;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.embedded.DataDirectory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// `./hone`: the command line.
@Command(
        name = "hone",
        description = "Reinforcement learning for tool-using LLM agents.",
        mixinStandardHelpOptions = true,
        version = "hone 0.1.0")
public final class Main {

    /// Everything worked.
    static final int OK = 0;

    /// The work was begun and failed.
    static final int FAILED = 1;

    /// What was asked for cannot be done as asked: bad option, configuration or input.
    static final int INVALID = 2;

    /// No gateway answers.
    static final int NO_GATEWAY = 3;

    /// Ended by Ctrl-C; `--resume` goes on.
    static final int INTERRUPTED = 130;

    private static final Map<String, String> EXIT_CODES = exitCodes();

    private Main() {}

    public static void main(String[] arguments) {
        // Threads of brokers and pools must not keep a process alive whose work has ended.
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        return run(Platforms::started, arguments);
    }

    /// The command line on platforms that come from elsewhere.
    static int run(Platforms platforms, String... arguments) {
        Console.quietLogging();
        CommandLine line = line(platforms);
        if (arguments.length == 0) {
            line.usage(Console.err());
            return INVALID;
        }
        return line.execute(arguments);
    }

    /// All commands.
    static CommandLine line(Platforms platforms) {
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new TrainCommand(platforms))
                .addSubcommand(new SftCommand())
                .addSubcommand(new EvalCommand(platforms))
                .addSubcommand(new InferCommand())
                .addSubcommand(new RunsCommand())
                .addSubcommand(new ShowCommand())
                .addSubcommand(new LogsCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new CompareCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new JudgeCommand(platforms))
                .addSubcommand(new DownloadCommand())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new DeadLettersCommand())
                .addSubcommand(new KeysCommand())
                .addSubcommand(new AuditCommand())
                .addSubcommand(new KillCommand())
                .addSubcommand(new DoctorCommand())
                .addSubcommand(new GoldenCommand())
                .addSubcommand(new CompletionCommand())
                .addSubcommand(new PrepareCommand())
                .addSubcommand(new WarmUpCommand())
                .setParameterExceptionHandler((misuse, words) -> explain(misuse))
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure));
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("Exit codes:%n")
                .exitCodeList(EXIT_CODES);
        return line;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        codes.put(Integer.toString(OK), "done");
        codes.put(Integer.toString(FAILED), "begun, and failed; of doctor: something that is needed is missing");
        codes.put(Integer.toString(INVALID), "refused: a bad option, file or name; nothing was begun");
        codes.put(Integer.toString(NO_GATEWAY), "no gateway answers");
        codes.put(Integer.toString(INTERRUPTED), "ended by Ctrl-C before it was done");
        return codes;
    }

    private static int explain(ParameterException misuse) {
        List<String> similar =
                misuse instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        Console.error(misuse.getMessage() + ". "
                + (similar.isEmpty() ? "" : "Did you mean " + String.join(" or ", similar) + "? ")
                + "./" + misuse.getCommandLine().getCommandSpec().qualifiedName() + " --help lists what there is.");
        return INVALID;
    }

    private static int explain(Exception failure) {
        Console.error(Console.reason(failure));
        if (Boolean.getBoolean("hone.stacktrace")) {
            Console.trace(failure);
        }
        if (failure instanceof NoGatewayException) {
            return NO_GATEWAY;
        }
        return failure instanceof InvalidConfigException
                        || failure instanceof UserErrorException
                        || failure instanceof DataDirectory.OccupiedException
                ? INVALID
                : FAILED;
    }
}
