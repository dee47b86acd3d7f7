package dev.hone.cli;

import dev.hone.contracts.run.InvalidConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `./hone`: the command line.
@Command(
        name = "hone",
        description = "Reinforcement learning for tool-using LLM agents.",
        mixinStandardHelpOptions = true,
        version = "hone 0.1.0",
        subcommands = {
            TrainCommand.class,
            SftCommand.class,
            ServeCommand.class,
            DownloadCommand.class,
            KillCommand.class,
            WarmUpCommand.class
        })
public final class Main {

    /// Everything worked.
    static final int OK = 0;

    /// The work was begun and failed.
    static final int FAILED = 1;

    /// What was asked for cannot be done as asked: bad option, configuration or input.
    static final int INVALID = 2;

    /// Ended by Ctrl-C; `--resume` goes on.
    static final int INTERRUPTED = 130;

    private Main() {}

    public static void main(String[] arguments) {
        // Threads of brokers and pools must not keep a process alive whose work has ended.
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        Console.quietLogging();
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
                .execute(arguments);
    }

    private static int explain(Exception failure) {
        Console.error(Console.reason(failure));
        if (Boolean.getBoolean("hone.stacktrace")) {
            Console.trace(failure);
        }
        return failure instanceof InvalidConfigException || failure instanceof UserErrorException ? INVALID : FAILED;
    }
}
