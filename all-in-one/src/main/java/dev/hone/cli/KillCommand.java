package dev.hone.cli;

import dev.hone.embedded.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
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

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws InterruptedException, IOException {
        List<Long> ended = new ArrayList<>();
        for (Path folder : folders()) {
            // Again, because a launcher ended by force leaves its database server.
            for (List<ProcessHandle> found = DataDirectory.processes(folder);
                    !found.isEmpty();
                    found = DataDirectory.processes(folder)) {
                for (ProcessHandle process : found) {
                    Console.progress("Ending process " + process.pid() + " ("
                            + process.info().command().orElse("unknown") + ")");
                    end(process);
                    ended.add(process.pid());
                }
            }
        }
        Console.progress(ended.isEmpty() ? "Nothing of Hone runs in " + data.folder() : ended.size() + " ended.");
        if (json.asked()) {
            json.print(Map.of("ended", ended), List::of);
        }
        return Main.OK;
    }

    /// The data directory and those of services that were started alone.
    private List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>(List.of(data.folder()));
        Path alone = data.folder().resolve(ServeCommand.ALONE);
        if (Files.isDirectory(alone)) {
            try (Stream<Path> services = Files.list(alone)) {
                services.forEach(folders::add);
            }
        }
        return folders;
    }

    private static void end(ProcessHandle process) throws InterruptedException {
        process.destroy();
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }
}
