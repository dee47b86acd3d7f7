package dev.hone.cli;

import dev.hone.contracts.run.RunConfigReader;
import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `./hone train`: the whole ring in this process, a run submitted to it and followed to its end.
@Command(name = "train", description = "Trains an agent as a YAML file describes it.", mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {

    private static final Set<String> UNFINISHED = Set.of("submitted", "preparing", "running", "paused", "completing");
    private static final int CLOSE_SECONDS = 60;

    @Option(names = "--conf", paramLabel = "FILE", description = "The run's YAML file.")
    private @Nullable Path conf;

    @Option(names = "--resume", description = "Go on with the run that was stopped in this data directory.")
    private boolean resume;

    @Option(names = "--json", description = "End with one line of JSON on standard output.")
    private boolean json;

    @Option(names = "--print-config", description = "Show the complete configuration with every default, and end.")
    private boolean printConfig;

    @Option(names = "--port", paramLabel = "N", description = "The gateway's port (default: a free one).")
    private @Nullable Integer port;

    @Mixin
    private DataDirOption data = new DataDirOption();

    @Override
    public Integer call() throws Exception {
        String yaml = conf == null ? "" : read(conf);
        if (printConfig) {
            Console.result(RunConfigReader.write(
                    yaml.isEmpty()
                            ? RunConfigReader.defaults()
                            : RunConfigReader.read(yaml).config()));
            return Main.OK;
        }
        if (conf == null && !resume) {
            throw new UserErrorException(
                    "Name the run's file with --conf FILE, or go on with a stopped run by --resume.");
        }
        if (!yaml.isEmpty()) {
            RunConfigReader.read(yaml)
                    .warnings()
                    .forEach(Console::progress); // refuses a bad file before anything starts
        }
        Files.createDirectories(data.folder());
        Console.logTo(data.folder().resolve("hone.log"));
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            interrupted.countDown();
            await(closed);
        }));
        Map<Service, Integer> ports = port == null ? Map.of() : Map.of(Service.GATEWAY, port);
        try (Platform platform =
                Platform.start(data.folder(), EnumSet.allOf(Service.class), ports, Console::progress)) {
            GatewayClient gateway = new GatewayClient(platform.address(Service.GATEWAY));
            Console.progress("Gateway: " + platform.address(Service.GATEWAY) + "  log: "
                    + data.folder().resolve("hone.log"));
            return interrupted.getCount() == 0 ? Main.INTERRUPTED : train(gateway, yaml, interrupted);
        } finally {
            closed.countDown();
        }
    }

    private int train(GatewayClient gateway, String yaml, CountDownLatch interrupted) throws InterruptedException {
        String run = resume ? resumed(gateway) : submitted(gateway, yaml);
        JsonNode end = new RunFollower(gateway, run, interrupted).follow();
        String state = end.path("state").asString("");
        if (UNFINISHED.contains(state)) {
            pause(gateway, run);
            Console.progress("Stopped. Go on with: ./hone train --resume"
                    + (data.folder().equals(DataDirOption.home().resolve(".hone"))
                            ? ""
                            : " --data-dir " + data.folder()));
            return Main.INTERRUPTED;
        }
        if (!state.equals("completed")) {
            Console.error("Run " + run + " " + state + ": "
                    + end.path("failure").path("message").asString("no reason given"));
            return Main.FAILED;
        }
        Summary summary = new Summary(gateway.get("/api/v1/runs/" + run + "/summary"));
        summary.table().forEach(Console::progress);
        Console.progress("Trained model: " + end.path("export").asString("-"));
        if (json) {
            Console.result(summary.json());
        }
        return Main.OK;
    }

    private static void pause(GatewayClient gateway, String run) {
        try {
            gateway.post("/api/v1/runs/" + run + "/pause");
        } catch (UserErrorException e) {
            Console.progress(Console.reason(e)); // it was about to end; the next start goes on from there
        }
    }

    private String submitted(GatewayClient gateway, String yaml) {
        String unfinished = unfinished(gateway);
        if (unfinished != null) {
            throw new UserErrorException("Run " + unfinished + " in " + data.folder()
                    + " is not finished. Go on with it by --resume, or begin in another --data-dir.");
        }
        return gateway.submit(yaml);
    }

    private String resumed(GatewayClient gateway) {
        String unfinished = unfinished(gateway);
        if (unfinished == null) {
            throw new UserErrorException(
                    "There is no stopped run in " + data.folder() + ". Begin one with --conf FILE.");
        }
        if (gateway.get("/api/v1/runs/" + unfinished).path("state").asString("").equals("paused")) {
            gateway.post("/api/v1/runs/" + unfinished + "/resume");
        }
        return unfinished;
    }

    private static @Nullable String unfinished(GatewayClient gateway) {
        for (JsonNode run : gateway.get("/api/v1/runs").path("runs")) {
            if (UNFINISHED.contains(run.path("state").asString(""))) {
                return run.path("run").asString();
            }
        }
        return null;
    }

    private static String read(Path conf) {
        try {
            return Files.readString(conf);
        } catch (IOException e) {
            throw new UserErrorException("Cannot read " + conf.toAbsolutePath() + ": "
                    + (Files.exists(conf) ? e.toString() : "there is no such file") + ". Check --conf.");
        }
    }

    private static void await(CountDownLatch closed) {
        try {
            if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                Console.error("Services did not stop within " + CLOSE_SECONDS + " s; ending them.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
