package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./hone runs`: which runs there are.
@Command(name = "runs", description = "Lists runs, newest first.", mixinStandardHelpOptions = true)
final class RunsCommand implements Callable<Integer> {

    @Option(names = "--limit", paramLabel = "N", description = "At most N runs (default: 20; 0: all).")
    private int limit = 20;

    @Option(names = "--state", paramLabel = "NAME", description = "Only runs in this state, for example running.")
    private @Nullable String state;

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        if (limit < 0) {
            throw new UserErrorException("--limit is " + limit + "; give a number of runs, or 0 for all.");
        }
        List<JsonNode> runs = server.gateway().newestRuns(state, limit == 0 ? Integer.MAX_VALUE : limit);
        ObjectNode result = EventCodec.json().createObjectNode();
        result.putArray("runs").addAll(runs);
        json.print(result, () -> table(runs, ZoneId.systemDefault()));
        return Main.OK;
    }

    static List<String> table(List<JsonNode> runs, ZoneId zone) {
        Table table = new Table().row("RUN", "STATE", "STEP", "SUBMITTED", "ENDED");
        for (JsonNode run : runs) {
            table.row(
                    Figures.text(run.path("run")),
                    Figures.text(run.path("state")),
                    Figures.steps(run),
                    Figures.time(run.path("submittedAt"), zone),
                    Figures.time(run.path("endedAt"), zone));
        }
        return table.lines();
    }
}
