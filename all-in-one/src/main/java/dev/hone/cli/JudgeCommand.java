package dev.hone.cli;

import dev.hone.contracts.run.RunConfigReader;
import dev.hone.launcher.Service;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `./hone judge`: stored episodes judged again. It starts judge-service and the gateway alone, or asks a gateway that
/// runs.
@Command(
        name = "judge",
        description = {
            "Judges the stored episodes of a run again, with another judge, and reports what flipped.",
            "Of the YAML file task_judge counts. Where no gateway runs on the data directory, one is started."
        },
        mixinStandardHelpOptions = true)
final class JudgeCommand implements Callable<Integer> {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);

    @Option(names = "--run", paramLabel = "NAME", required = true, description = "The run whose episodes are meant.")
    private String run = "";

    @Mixin
    private ConfOption conf = new ConfOption();

    @Option(names = "--purpose", paramLabel = "NAME", description = "Only episodes of train, or of eval.")
    private @Nullable String purpose;

    @Option(names = "--from-step", paramLabel = "N", description = "Only episodes of step N and later.")
    private @Nullable Integer fromStep;

    @Option(names = "--to-step", paramLabel = "N", description = "Only episodes of step N and earlier.")
    private @Nullable Integer toStep;

    @Option(
            names = "--cause",
            paramLabel = "NAME",
            description = "Only episodes whose first verdict has this cause, for example unreadable-answer.")
    private @Nullable String cause;

    @Option(
            names = "--success",
            paramLabel = "true|false",
            arity = "1",
            description = "Only episodes that were solved at first, or only the others.")
    private @Nullable Boolean success;

    @Option(
            names = "--label",
            paramLabel = "NAME",
            description = "Begins a set of its own where everything else is as before, for example after a change of"
                    + " the judge's code.")
    private String label = "";

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private ServerOption server = new ServerOption();

    private final Platforms platforms;

    JudgeCommand(Platforms platforms) {
        this.platforms = platforms;
    }

    @Override
    public Integer call() throws Exception {
        String yaml = conf.text();
        RunConfigReader.read(yaml).warnings().forEach(Console::progress); // refuses a bad file before anything starts
        try (Interruption interruption = Interruption.watch()) {
            Optional<GatewayClient> running = server.running();
            if (running.isPresent()) {
                return judge(running.get(), yaml, interruption);
            }
            Path folder = server.data().folder();
            Console.logTo(DataDirOption.prepared(folder).resolve("hone.log"));
            // Without task-, rollout- and learner-service no run goes on.
            return platforms.lend(
                    folder,
                    EnumSet.of(Service.JUDGE, Service.GATEWAY),
                    Map.of(),
                    platform -> judge(
                            new GatewayClient(platform.address(Service.GATEWAY), ClientKey.of(folder)),
                            yaml,
                            interruption));
        }
    }

    private int judge(GatewayClient client, String yaml, Interruption interruption) throws InterruptedException {
        String sets = "/api/v1/runs/" + GatewayClient.encoded(run) + "/rejudgements";
        JsonNode set = client.post(sets + "?" + selection(), yaml);
        String path = sets + "/" + set.path("id").asString();
        Console.progress("Judging " + set.path("episodes").asInt() + " episodes of run " + run + " again");
        long told = System.nanoTime();
        while (set.path("state").asString().equals("RUNNING")) {
            if (interruption.await(LOOK_EVERY)) {
                Console.progress("Stopped. The same command goes on from here.");
                return Main.INTERRUPTED;
            }
            set = client.get(path);
            if (System.nanoTime() - told > TELL_EVERY.toNanos()) {
                told = System.nanoTime();
                tell(set);
            }
        }
        if (set.path("state").asString().equals("FAILED")) {
            Console.error(set.path("failure").asString());
            return Main.FAILED;
        }
        RejudgeSummary summary = RejudgeSummary.read(client, path);
        summary.table().forEach(Console::progress);
        if (json.asked()) {
            Console.result(summary.json());
        }
        return Main.OK;
    }

    private static void tell(JsonNode set) {
        String waitingFor = set.path("waitingFor").asString("");
        Console.progress("judged %d/%d%s"
                .formatted(
                        set.path("judged").asInt(),
                        set.path("episodes").asInt(),
                        waitingFor.isEmpty() ? "" : ", waiting: " + waitingFor));
    }

    private String selection() {
        Map<String, Object> parameters = new LinkedHashMap<>();
        put(parameters, "purpose", purpose);
        put(parameters, "fromStep", fromStep);
        put(parameters, "toStep", toStep);
        put(parameters, "cause", cause);
        put(parameters, "success", success);
        put(parameters, "label", label);
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "="
                        + GatewayClient.encoded(entry.getValue().toString()))
                .collect(Collectors.joining("&"));
    }

    private static void put(Map<String, Object> parameters, String name, @Nullable Object value) {
        if (value != null) {
            parameters.put(name, value);
        }
    }
}
