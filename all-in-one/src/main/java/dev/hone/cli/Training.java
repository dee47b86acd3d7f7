package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunState;
import dev.hone.launcher.Service;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A run in a data directory, by way of the gateway: begun or gone on with, followed, and summed up.
///
/// @param folder the data directory, for messages
/// @param json whether a line of JSON ends it
record Training(GatewayClient gateway, Interruption interruption, Path folder, boolean json) {

    /// A run that is completing when the user stops it gets so long: its model is being written.
    private static final Duration ENDING = Duration.ofSeconds(30);

    private static final int DIFFERENCES_SHOWN = 3;

    /// Starts a platform, chooses a run on it, and follows that one until it has ended or the user stops it.
    ///
    /// @param options where, and the gateway's port
    /// @param withLogView whether its page is shown
    /// @param choice gives the run's name
    /// @return the exit code
    static int on(
            Platforms platforms,
            PlatformOptions options,
            boolean json,
            boolean withLogView,
            Function<Training, String> choice)
            throws Exception {
        Path folder = options.folder();
        Path log = DataDirOption.prepared(folder).resolve("hone.log");
        Console.logTo(log);
        try (Interruption interruption = Interruption.watch()) {
            return platforms.lend(folder, EnumSet.allOf(Service.class), options.ports(Service.GATEWAY), platform -> {
                URI address = platform.address(Service.GATEWAY);
                Console.progress("Gateway: " + address + "  log: " + log);
                if (interruption.requested()) {
                    return Main.INTERRUPTED;
                }
                Training training =
                        new Training(new GatewayClient(address, ClientKey.of(folder)), interruption, folder, json);
                String run = choice.apply(training);
                if (withLogView) {
                    new LogView(System.getenv()).show(training.page(run));
                }
                return training.follow(run);
            });
        }
    }

    /// Submits a run.
    ///
    /// @return its name
    /// @throws UserErrorException if it is refused, or another one in the data directory is not finished
    String begin(String yaml) {
        Optional<String> unfinished = unfinished();
        if (unfinished.isPresent()) {
            throw new UserErrorException("Run " + unfinished.get() + " in " + folder
                    + " is not finished. Go on with it by ./hone train --resume, or begin in another --data-dir.");
        }
        return gateway.submit(yaml);
    }

    /// Goes on with the run that was stopped. One that nobody paused goes on by itself when its services start, and may
    /// have ended before the gateway is there to be asked.
    ///
    /// @param yaml a run's file that has to be the stopped run's, or null
    /// @param since when the services began to start
    /// @return its name
    /// @throws UserErrorException if there is none, or the file says something else
    String resume(@Nullable String yaml, Instant since) {
        String run = unfinished().or(() -> endedAfter(since)).orElseThrow(() -> nothingStopped(folder));
        JsonNode view = view(run);
        if (yaml != null) {
            requireSame(
                    run,
                    EventCodec.json().treeToValue(view.path("config"), RunConfig.class),
                    RunConfigReader.read(yaml).config());
        }
        if (state(view) == RunState.PAUSED) {
            gateway.post("/api/v1/runs/" + run + "/resume");
        }
        return run;
    }

    static UserErrorException nothingStopped(Path folder) {
        return new UserErrorException("There is no stopped run in " + folder + ". Begin one with --conf FILE.");
    }

    private void requireSame(String run, RunConfig submitted, RunConfig file) {
        List<String> differences = ConfigDifference.between(submitted, file);
        if (!differences.isEmpty()) {
            int more = differences.size() - DIFFERENCES_SHOWN;
            throw new UserErrorException("Run " + run + " in " + folder
                    + " goes on as it was submitted, but the file of --conf says something else: "
                    + String.join("; ", differences.subList(0, Math.min(DIFFERENCES_SHOWN, differences.size())))
                    + (more > 0 ? "; and " + more + " more" : "")
                    + ". Leave --conf out to go on, or begin a new run in another --data-dir.");
        }
    }

    /// Follows a run until it has ended or the user stops it, and tells what it came to.
    ///
    /// @return the exit code
    int follow(String run) throws InterruptedException {
        RunFollower follower = new RunFollower(gateway, run, interruption, Console::progress);
        JsonNode view = follower.follow();
        if (!state(view).terminal() && !control(run, evaluates(view) ? "cancel" : "pause")) {
            view = follower.end(ENDING);
        }
        if (state(view).terminal()) {
            return ended(run, view);
        }
        Console.progress(
                evaluates(view)
                        ? "Stopped. An evaluation is not gone on with; call it again to begin anew."
                        : "Stopped. Go on with: ./hone train --resume"
                                + (DataDirOption.standard(folder) ? "" : " --data-dir " + folder));
        return Main.INTERRUPTED;
    }

    /// Follows a run of a platform that others run, and tells what it came to. When the user stops looking, it goes on.
    ///
    /// @return the exit code
    int watch(String run) throws InterruptedException {
        JsonNode view = new RunFollower(gateway, run, interruption, Console::progress).follow();
        if (state(view).terminal()) {
            return ended(run, view);
        }
        Console.progress("Run " + run + " goes on. Look again by ./hone watch " + run + " --server " + gateway.uri("/")
                + "; pause or cancel it on its page, " + page(run));
        return Main.INTERRUPTED;
    }

    /// The address of a run's page.
    URI page(String run) {
        return gateway.uri("/runs/" + GatewayClient.encoded(run));
    }

    private int ended(String run, JsonNode view) {
        if (state(view) == RunState.COMPLETED) {
            return completed(run, view);
        }
        Console.error("Run " + run + " " + state(view).label() + ": "
                + view.path("failure").path("message").asString("no reason given"));
        return Main.FAILED;
    }

    private int completed(String run, JsonNode view) {
        JsonNode values = gateway.get("/api/v1/runs/" + run + "/summary");
        if (evaluates(view)) {
            EvaluationSummary evaluation = new EvaluationSummary(view, values);
            evaluation.table().forEach(Console::progress);
            if (json) {
                Console.result(evaluation.json());
            }
            return Main.OK;
        }
        Summary summary = new Summary(values);
        summary.table().forEach(Console::progress);
        Console.progress("Trained model: " + view.path("export").asString("-"));
        if (json) {
            Console.result(summary.json());
        }
        return Main.OK;
    }

    /// Whether the run is paused or cancelled now; false where it is completing, or has ended.
    private boolean control(String run, String action) {
        try {
            gateway.post("/api/v1/runs/" + run + "/" + action);
            return true;
        } catch (UserErrorException e) {
            return false;
        }
    }

    private Optional<String> unfinished() {
        return newest(run -> !state(run).terminal());
    }

    private Optional<String> endedAfter(Instant time) {
        return newest(run -> Instant.parse(run.path("endedAt").asString()).isAfter(time));
    }

    private Optional<String> newest(Predicate<JsonNode> wanted) {
        for (JsonNode run : gateway.newestRuns(null, Integer.MAX_VALUE)) {
            if (wanted.test(run)) {
                return Optional.of(run.path("run").asString());
            }
        }
        return Optional.empty();
    }

    /// The folder of the model that a run trained.
    ///
    /// @throws UserErrorException if there is none
    String export(String run) {
        Optional<JsonNode> found = Optional.empty();
        for (JsonNode line : gateway.get("/api/v1/runs?limit=500").path("runs")) {
            if (line.path("run").asString("").equals(run)) {
                found = Optional.of(view(run));
            }
        }
        JsonNode view = found.orElseThrow(() -> new UserErrorException(
                "There is neither a folder " + run + " nor a run of that name in " + folder + ". Check --model."));
        if (!view.path("export").isString()) {
            throw new UserErrorException("Run " + run + " has no trained model: it is "
                    + state(view).label() + ". Name a folder, or a run that is completed, with --model.");
        }
        return view.path("export").asString();
    }

    private JsonNode view(String run) {
        return gateway.get("/api/v1/runs/" + run);
    }

    /// Whether the run of the gateway's view is an evaluation alone.
    static boolean evaluates(JsonNode view) {
        return view.path("config").path("trainerCommon").path("valOnly").asBoolean(false);
    }

    /// The state in the gateway's view of a run.
    static RunState state(JsonNode view) {
        return EventCodec.json().treeToValue(view.path("state"), RunState.class);
    }
}
