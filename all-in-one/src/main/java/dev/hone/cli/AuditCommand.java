package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./hone audit`: who changed something, or was refused.
@Command(
        name = "audit",
        description = "Lists who asked a gateway to change something and who was refused, newest first.",
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {

    @Option(names = "--limit", paramLabel = "N", description = "At most N entries (default: 50; 0: all).")
    private int limit = 50;

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        if (limit < 0) {
            throw new UserErrorException("--limit is " + limit + "; give a number of entries, or 0 for all.");
        }
        List<JsonNode> entries =
                server.gateway().list("/api/v1/audit", "entries", limit == 0 ? Integer.MAX_VALUE : limit);
        ObjectNode result = EventCodec.json().createObjectNode();
        result.putArray("entries").addAll(entries);
        json.print(result, () -> table(entries, ZoneId.systemDefault()));
        return Main.OK;
    }

    static List<String> table(List<JsonNode> entries, ZoneId zone) {
        Table table = new Table().row("AT", "WHO", "PROJECT", "FROM", "WHAT", "ANSWERED");
        for (JsonNode entry : entries) {
            long times = entry.path("times").asLong(1);
            table.row(
                    Figures.time(entry.path("at"), zone),
                    Figures.text(entry.path("caller")),
                    Figures.text(entry.path("project")),
                    Figures.text(entry.path("origin")),
                    times > 1
                            ? times + " more refusals"
                            : entry.path("method").asString() + " "
                                    + entry.path("path").asString(),
                    times > 1 ? "-" : Integer.toString(entry.path("status").asInt()));
        }
        return table.lines();
    }
}
