package dev.hone.cli;

import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./hone serve`: one service alone, or all of them, until Ctrl-C.
@Command(
        name = "serve",
        description = "Starts one service alone with the infrastructure that it needs, or all six.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    /// Folder below the data directory in which services started alone have theirs.
    static final String ALONE = "serve";

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description =
                    "task-service, rollout-service, sandbox-service, judge-service, learner-service, gateway, or all"
                            + " (then --port is the gateway's).")
    private String name = "";

    @Option(names = "--port", paramLabel = "N", description = "Port to listen on (default: a free one).")
    private @Nullable Integer port;

    @Mixin
    private DataDirOption data = new DataDirOption();

    @Override
    public Integer call() throws Exception {
        boolean all = name.equals("all");
        Service door = all ? Service.GATEWAY : service();
        Set<Service> services = all ? EnumSet.allOf(Service.class) : EnumSet.of(door);
        Path folder = all ? data.folder() : data.folder().resolve(ALONE).resolve(name);
        Console.logTo(DataDirOption.prepared(folder).resolve("hone.log"));
        Map<Service, Integer> ports = port == null ? Map.of() : Map.of(door, port);
        try (Interruption interruption = Interruption.watch();
                Platform platform = Platform.start(folder, services, ports, Console::progress)) {
            Console.result(name + " listens on " + platform.address(door));
            interruption.await();
        }
        return Main.OK;
    }

    private Service service() {
        try {
            return Service.named(name);
        } catch (IllegalArgumentException e) {
            throw new UserErrorException(Console.reason(e));
        }
    }
}
