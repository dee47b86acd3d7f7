package dev.hone.cli;

import dev.hone.contracts.EventCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `./hone keys`: who may ask a gateway that others reach.
@Command(
        name = "keys",
        description = "Makes, lists or revokes the API keys of a gateway.",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Callable<Integer> {

    private static final String PATH = "/api/v1/keys";
    private static final Pattern SPAN = Pattern.compile("([1-9]\\d{0,5})([hd])");

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "list|create|revoke",
            defaultValue = "list",
            description = "create prints the key, this once.")
    private String action = "list";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME|ID",
            description = "Of create: a name for the audit log. Of revoke: the id that list shows.")
    private @Nullable String which;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description =
                    "Of create: viewer reads, operator submits and steers, admin makes keys; metrics reads /actuator"
                            + " alone (default: viewer).")
    private String role = "viewer";

    @Option(
            names = "--project",
            paramLabel = "NAME",
            description =
                    "Of create: the one project that it is for, as runs' project_name; '*' is all of them (default:"
                            + " that of who makes it).")
    private @Nullable String project;

    @Option(
            names = "--expires",
            paramLabel = "SPAN",
            description = "Of create: for example 12h or 90d (default: never).")
    private @Nullable String expires;

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        return switch (action) {
            case "list" -> list();
            case "create" -> create(need("a name", "create ci --role operator"));
            case "revoke" -> revoke(need("an id, as ./hone keys shows it", "revoke 0123456789ab"));
            default ->
                throw new UserErrorException("There is no '" + action + "'; say ./hone keys list, create or revoke.");
        };
    }

    private String need(String what, String example) {
        if (which == null) {
            throw new UserErrorException(action + " needs " + what + ": ./hone keys " + example + ".");
        }
        return which;
    }

    private Integer list() {
        JsonNode result = server.gateway().get(PATH);
        json.print(result, () -> table(result.path("keys"), ZoneId.systemDefault()));
        return Main.OK;
    }

    static List<String> table(JsonNode keys, ZoneId zone) {
        if (keys.isEmpty()) {
            return List.of("There are no keys.");
        }
        Table table = new Table().row("ID", "NAME", "PROJECT", "ROLE", "CREATED", "EXPIRES", "LAST USED", "REVOKED");
        for (JsonNode key : keys) {
            table.row(
                    Figures.text(key.path("id")),
                    Figures.text(key.path("name")),
                    Figures.text(key.path("project")),
                    Figures.text(key.path("role")),
                    Figures.time(key.path("createdAt"), zone),
                    Figures.time(key.path("expiresAt"), zone),
                    Figures.time(key.path("lastUsedAt"), zone),
                    Figures.time(key.path("revokedAt"), zone));
        }
        return table.lines();
    }

    private Integer create(String name) {
        ObjectNode wanted =
                EventCodec.json().createObjectNode().put("name", name).put("role", role);
        if (project != null) {
            wanted.put("project", project);
        }
        if (expires != null) {
            wanted.put("expiresAt", Instant.now().plus(span(expires)).toString());
        }
        JsonNode made = server.gateway().postJson(PATH, wanted);
        if (!json.asked()) {
            JsonNode key = made.path("key");
            Console.progress("Key " + key.path("id").asString() + " of "
                    + key.path("project").asString() + ", " + key.path("role").asString() + ". It is shown this once:");
        }
        json.print(made, () -> List.of(made.path("secret").asString()));
        return Main.OK;
    }

    private static Duration span(String text) {
        Matcher span = SPAN.matcher(text);
        if (!span.matches()) {
            throw new UserErrorException("--expires is " + text + "; give hours or days, for example 12h or 90d.");
        }
        long count = Long.parseLong(span.group(1));
        return span.group(2).equals("h") ? Duration.ofHours(count) : Duration.ofDays(count);
    }

    private Integer revoke(String id) {
        JsonNode key = server.gateway().post(PATH + "/" + GatewayClient.encoded(id) + "/revoke");
        json.print(
                key,
                () -> List.of("Revoked: " + key.path("name").asString() + " of "
                        + key.path("project").asString()));
        return Main.OK;
    }
}
