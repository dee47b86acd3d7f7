package dev.hone.cli;

import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/// Starts everything once in a folder of its own, so that the JVM can note which classes to load ahead of time.
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        Path folder = DataDirOption.home().resolve("build/warm-up");
        delete(folder); // what a warm-up that was ended left
        try (Platform platform = Platform.start(folder, EnumSet.allOf(Service.class), Map.of(), Console::progress)) {
            new GatewayClient(platform.address(Service.GATEWAY)).get("/api/v1/runs");
        } finally {
            delete(folder);
        }
        return Main.OK;
    }

    private static void delete(Path root) throws Exception {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
