package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
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

    /// Submits a run.
    ///
    /// @return its name
    /// @throws UserErrorException if it is refused, or another one in the data directory is not finished
    String begin(String yaml) {
        Optional<String> unfinished = unfinished();
        if (unfinished.isPresent()) {
            throw new UserErrorException("Run " + unfinished.get() + " in " + folder
                    + " is not finished. Go on with it by --resume, or begin in another --data-dir.");
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
        RunFollower follower = new RunFollower(gateway, run, interruption);
        JsonNode view = follower.follow();
        if (!state(view).terminal() && !pause(run)) {
            view = follower.end(ENDING);
        }
        return switch (state(view)) {
            case COMPLETED -> completed(run, view);
            case FAILED, CANCELLED -> {
                Console.error("Run " + run + " " + state(view).label() + ": "
                        + view.path("failure").path("message").asString("no reason given"));
                yield Main.FAILED;
            }
            case SUBMITTED, PREPARING, RUNNING, PAUSED, COMPLETING -> {
                Console.progress("Stopped. Go on with: ./hone train --resume"
                        + (folder.equals(DataDirOption.home().resolve(".hone")) ? "" : " --data-dir " + folder));
                yield Main.INTERRUPTED;
            }
        };
    }

    private int completed(String run, JsonNode view) {
        Summary summary = new Summary(gateway.get("/api/v1/runs/" + run + "/summary"));
        summary.table().forEach(Console::progress);
        Console.progress("Trained model: " + view.path("export").asString("-"));
        if (json) {
            Console.result(summary.json());
        }
        return Main.OK;
    }

    /// Whether the run is paused now; false where it is completing or has ended.
    private boolean pause(String run) {
        try {
            gateway.post("/api/v1/runs/" + run + "/pause");
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
        for (JsonNode run : gateway.get("/api/v1/runs").path("runs")) {
            if (wanted.test(run)) {
                return Optional.of(run.path("run").asString());
            }
        }
        return Optional.empty();
    }

    private JsonNode view(String run) {
        return gateway.get("/api/v1/runs/" + run);
    }

    /// The state in the gateway's view of a run.
    static RunState state(JsonNode view) {
        return EventCodec.json().treeToValue(view.path("state"), RunState.class);
    }
}
