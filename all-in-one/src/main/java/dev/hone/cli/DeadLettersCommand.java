package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `./hone dead-letters`: events that a service could not handle, and the way back for them.
@Command(
        name = "dead-letters",
        description = "Lists events that a service could not handle, or sends them to it again.",
        mixinStandardHelpOptions = true)
final class DeadLettersCommand implements Callable<Integer> {

    private static final String PATH = "/api/v1/dead-letters";

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "list|replay",
            defaultValue = "list",
            description = "replay: once the cause is mended.")
    private String action = "list";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TOPIC",
            description = "Of replay: error.TOPIC.READER as list shows it (default: all of them).")
    private @Nullable String topic;

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        return switch (action) {
            case "list" -> list();
            case "replay" -> replay();
            default ->
                throw new UserErrorException("There is no '" + action + "'; say ./hone dead-letters list or replay.");
        };
    }

    private Integer list() {
        if (topic != null) {
            throw new UserErrorException("list takes no topic; it lists all. Leave '" + topic + "' out.");
        }
        JsonNode result = server.gateway().get(PATH);
        json.print(result, () -> table(result.path("topics"), ZoneId.systemDefault()));
        return Main.OK;
    }

    static List<String> table(JsonNode topics, ZoneId zone) {
        if (topics.isEmpty()) {
            return List.of("There are no dead letters.");
        }
        Table table = new Table().row("TOPIC", "KEY", "SINCE", "REASON");
        for (JsonNode box : topics) {
            for (JsonNode letter : box.path("letters")) {
                table.row(
                        Figures.text(box.path("topic")),
                        Figures.text(letter.path("key")),
                        Figures.time(letter.path("at"), zone),
                        Figures.text(letter.path("reason")));
            }
            int more = box.path("waiting").asInt() - box.path("letters").size();
            if (more > 0) {
                table.row(Figures.text(box.path("topic")), "and " + more + " more", "", "");
            }
        }
        return table.lines();
    }

    private Integer replay() {
        GatewayClient gateway = server.gateway();
        List<String> topics = topic != null
                ? List.of(topic)
                : StreamSupport.stream(gateway.get(PATH).path("topics").spliterator(), false)
                        .map(box -> box.path("topic").asString())
                        .toList();
        ObjectNode result = EventCodec.json().createObjectNode();
        ArrayNode done = result.putArray("topics");
        for (String one : topics) {
            done.add(gateway.post(PATH + "/" + GatewayClient.encoded(one) + "/replay"));
        }
        json.print(
                result,
                () -> done.isEmpty()
                        ? List.of("There are no dead letters.")
                        : StreamSupport.stream(done.spliterator(), false)
                                .map(box ->
                                        "Sent again: " + box.path("replayed").asInt() + " of "
                                                + box.path("topic").asString())
                                .toList());
        return Main.OK;
    }
}
