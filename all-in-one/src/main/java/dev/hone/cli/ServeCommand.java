package dev.hone.cli;

import dev.hone.embedded.FreePort;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import dev.hone.learner.follow.PolicyServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
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

    private static final String ALL = "all";

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "task-service, rollout-service, sandbox-service, judge-service, learner-service, gateway, all"
                    + " (then --port is the gateway's), or policy-server (see --learner).")
    private String name = "";

    @Option(
            names = "--learner",
            paramLabel = "URL",
            description = "The learner whose weights a policy-server follows and generates from.")
    private @Nullable URI learner;

    @Option(
            names = "--brokers",
            paramLabel = "HOST:PORT",
            description = "Kafka that tells a policy-server of new weights (default: it asks the learner).")
    private String brokers = "";

    @Mixin
    private PlatformOptions options = new PlatformOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        if (name.equals(PolicyServer.ROLE)) {
            return follow();
        }
        if (learner != null || !brokers.isEmpty()) {
            throw new UserErrorException("--learner and --brokers belong to policy-server; leave them out.");
        }
        boolean all = name.equals(ALL);
        Service door = all ? Service.GATEWAY : service();
        Set<Service> services = all ? EnumSet.allOf(Service.class) : EnumSet.of(door);
        Path folder = all ? options.folder() : options.folder().resolve(ALONE).resolve(name);
        Console.logTo(DataDirOption.prepared(folder).resolve("hone.log"));
        try (Interruption interruption = Interruption.watch();
                Platform platform = Platform.start(folder, services, options.ports(door), Console::progress)) {
            listens(platform.address(door));
            interruption.await();
        }
        return Main.OK;
    }

    /// A policy-server needs neither database nor broker of its own.
    private int follow() throws Exception {
        if (learner == null) {
            throw new UserErrorException("A policy-server needs --learner URL: the learner that it follows.");
        }
        int door = options.port().orElseGet(FreePort::next);
        Path folder = options.folder().resolve(ALONE).resolve(name + "-" + door);
        Console.logTo(DataDirOption.prepared(folder).resolve("hone.log"));
        Console.progress("Starting " + name + " behind " + learner);
        try (Interruption interruption = Interruption.watch();
                ConfigurableApplicationContext server = PolicyServer.builder()
                        .registerShutdownHook(false)
                        .run(
                                "--PORT=" + door,
                                "--LEARNER_URL=" + learner,
                                "--KAFKA_BROKERS=" + brokers,
                                "--hone.policy-server.directory=" + folder.resolve("weights"))) {
            listens(URI.create("http://127.0.0.1:" + door));
            interruption.await();
        }
        return Main.OK;
    }

    private void listens(URI address) {
        Map<String, String> result = new LinkedHashMap<>();
        result.put("service", name);
        result.put("address", address.toString());
        json.print(result, () -> List.of(name + " listens on " + address));
    }

    private Service service() {
        return Service.named(name)
                .orElseThrow(() -> new UserErrorException("There is no service '" + name + "'; choose one of "
                        + Stream.concat(
                                        Stream.of(Service.values()).map(Service::module),
                                        Stream.of(ALL, PolicyServer.ROLE))
                                .toList()
                        + "."));
    }
}
