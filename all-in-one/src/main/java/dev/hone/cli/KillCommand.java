package dev.hone.cli;

import dev.hone.embedded.DataDirectory;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `./hone kill`: ends what Hone started in a data directory, and nothing else.
@Command(
        name = "kill",
        description = "Ends the processes that Hone started in a data directory.",
        mixinStandardHelpOptions = true)
final class KillCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(75);

    @Mixin
    private DataDirOption data = new DataDirOption();

    @Override
    public Integer call() throws InterruptedException {
        int ended = 0;
        for (ProcessHandle process : DataDirectory.processes(data.folder())) {
            Console.progress("Ending process " + process.pid() + " ("
                    + process.info().command().orElse("unknown") + ")");
            end(process);
            ended++;
        }
        Console.progress(ended == 0 ? "Nothing of Hone runs in " + data.folder() : ended + " ended.");
        return Main.OK;
    }

    private static void end(ProcessHandle process) throws InterruptedException {
        process.destroy();
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        }
    }
}
