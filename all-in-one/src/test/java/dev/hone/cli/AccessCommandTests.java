package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Keys and the audit log on the command line; the gateway answers by a script.
class AccessCommandTests {

    private static final String KEY = """
            {"id": "0123456789ab", "name": "ci", "project": "red", "role": "operator", "createdAt": "2026-01-01T03:04:05Z",
             "createdBy": "key/first", "expiresAt": null, "lastUsedAt": null, "revokedAt": null}""";

    @TempDir
    private Path folder;

    private TestingGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new TestingGateway();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private TestingTerminal hone(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--server", gateway.address().toString()));
        return TestingTerminal.of(() -> Main.run(all.toArray(String[]::new)));
    }

    @Test
    void aKeyIsMadeAndItsSecretAloneIsPrinted() {
        gateway.on("POST /api/v1/keys", 201, "{\"key\": " + KEY + ", \"secret\": \"hone_abc\"}");
        TestingTerminal made =
                hone("keys", "create", "ci", "--role", "operator", "--project", "red", "--expires", "90d");
        assertThat(made.code()).isEqualTo(Main.OK);
        assertThat(made.out()).containsExactly("hone_abc");
        assertThat(String.join("\n", made.err())).contains("0123456789ab", "shown this once");
        JsonNode sent = EventCodec.json().readTree(gateway.bodies().getFirst());
        assertThat(sent.path("name").asString()).isEqualTo("ci");
        assertThat(sent.path("role").asString()).isEqualTo("operator");
        assertThat(sent.path("project").asString()).isEqualTo("red");
        assertThat(Duration.between(
                        Instant.now(), Instant.parse(sent.path("expiresAt").asString())))
                .isBetween(Duration.ofDays(89), Duration.ofDays(90));
    }

    @Test
    void whatIsMissingIsAskedForBeforeAnythingIsSent() {
        assertThat(hone("keys", "create").err().getFirst()).contains("create needs a name: ./hone keys create ci");
        assertThat(hone("keys", "revoke").err().getFirst()).contains("revoke needs an id");
        assertThat(hone("keys", "create", "a", "--expires", "soon").err().getFirst())
                .contains("for example 12h or 90d");
        assertThat(hone("keys", "burn").err().getFirst()).contains("list, create or revoke");
        assertThat(gateway.calls()).isEmpty();
    }

    @Test
    void keysAreListedAndRevoked() {
        gateway.on("GET /api/v1/keys", 200, "{\"keys\": [" + KEY + "]}");
        gateway.on("POST /api/v1/keys/0123456789ab/revoke", 200, KEY);
        assertThat(hone("keys").out().get(0)).matches("ID +NAME +PROJECT +ROLE +CREATED +EXPIRES +LAST USED +REVOKED");
        assertThat(hone("keys").out().get(1)).matches("0123456789ab +ci +red +operator +2026-.* +- +- +-");
        assertThat(hone("keys", "revoke", "0123456789ab").out()).containsExactly("Revoked: ci of red");
    }

    @Test
    void theAuditLogIsListed() {
        gateway.on("GET /api/v1/audit", 200, """
                {"entries": [
                  {"id": 3, "at": "2026-01-01T03:04:05Z", "caller": null, "project": null, "origin": "*", "method": "*",
                   "path": "*", "status": 0, "times": 7},
                  {"id": 2, "at": "2026-01-01T03:04:05Z", "caller": "key/ci", "project": "red", "origin": "10.0.0.1",
                   "method": "POST", "path": "/api/v1/runs", "status": 201, "times": 1}], "next": null}""");
        List<String> out = hone("audit").out();
        assertThat(out.get(1)).matches(".* - +- +\\* +7 more refusals +-");
        assertThat(out.get(2)).matches(".* key/ci +red +10.0.0.1 +POST /api/v1/runs +201");
    }

    @Test
    void theKeyOfTheEnvironmentOrItsFileIsSent() throws IOException {
        assertThat(ClientKey.given(Map.of())).isEmpty();
        assertThat(ClientKey.given(Map.of("HONE_API_KEY", " hone_a\n"))).hasValue("hone_a");
        Path file = Files.writeString(folder.resolve("key"), "hone_b\n");
        assertThat(ClientKey.given(Map.of("HONE_API_KEY_FILE", file.toString())))
                .hasValue("hone_b");
        assertThat(ClientKey.given(Map.of("HONE_API_KEY", "hone_a", "HONE_API_KEY_FILE", "/none")))
                .hasValue("hone_a");
        assertThatThrownBy(() -> ClientKey.given(Map.of("HONE_API_KEY_FILE", "/none")))
                .isInstanceOf(UserErrorException.class)
                .hasMessageContaining("HONE_API_KEY_FILE names /none, which cannot be read");
    }

    @Test
    void aGatewaysOwnKeyGoesToItAlone() throws IOException {
        assertThat(ClientKey.of(folder)).isEmpty();
        Files.writeString(folder.resolve("admin.key"), "hone_c\n");
        assertThat(ClientKey.of(folder)).hasValue("hone_c");
        gateway.on("GET /api/v1/runs", 200, "{\"runs\": []}");
        hone("runs", "--data-dir", folder.toString());
        new GatewayClient(gateway.address(), ClientKey.of(folder)).newestRuns(null, 1);
        assertThat(gateway.keys().get(0)).doesNotContain("hone_c");
        assertThat(gateway.keys().get(1)).isEqualTo("Bearer hone_c");
    }
}
