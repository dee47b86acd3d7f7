package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What is written down of who changed something or was refused.
class AuditIntegrationTests {

    private static final String AUDIT = "/api/v1/audit";

    private static List<String> entries(TestingApi by) throws Exception {
        List<String> entries = new ArrayList<>();
        by.get(AUDIT + "?limit=500")
                .json()
                .path("entries")
                .forEach(entry -> entries.add(entry.path("caller").asString("nobody") + " of "
                        + entry.path("project").asString("none") + " from "
                        + entry.path("origin").asString() + ": "
                        + entry.path("method").asString() + " "
                        + entry.path("path").asString() + " "
                        + entry.path("status").asInt()));
        return entries;
    }

    @Test
    void whoChangesSomethingAndWhoIsRefusedIsWrittenDown() throws Exception {
        TestingApi operator = TestingDoor.with("scribe", "audited", "operator");
        operator.submit("/api/v1/runs?validate=false", "hone: {experiment_name: audited, model: {path: some/model}}");
        operator.post("/api/v1/runs/audited/cancel");
        operator.submit("/api/v1/runs", "hone: nonsense");
        operator.get(AUDIT);
        operator.get("/api/v1/runs/audited");
        assertThat(entries(TestingDoor.ADMIN))
                .contains(
                        "key/first of * from 127.0.0.1: POST /api/v1/keys 201",
                        "key/scribe of audited from 127.0.0.1: POST /api/v1/runs 201",
                        "key/scribe of audited from 127.0.0.1: POST /api/v1/runs/audited/cancel 200",
                        "key/scribe of audited from 127.0.0.1: POST /api/v1/runs 422",
                        "key/scribe of audited from 127.0.0.1: GET /api/v1/audit 403")
                .doesNotContain("key/scribe of audited from 127.0.0.1: GET /api/v1/runs/audited 200");
    }

    @Test
    void aStrangerIsWrittenDownAsNobody() {
        // Other tests are strangers too, and may have filled this minute.
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    TestingDoor.NOBODY.get("/api/v1/runs/strange");
                    return entries(TestingDoor.ADMIN)
                            .contains("nobody of none from 127.0.0.1: GET /api/v1/runs/strange 401");
                });
    }

    @Test
    void itIsReadInPagesNewestFirst() throws Exception {
        TestingApi admin = TestingDoor.with("reader", "paged", "admin");
        for (int i = 0; i < 3; i++) {
            admin.post("/api/v1/keys/none" + i + "/revoke");
        }
        JsonNode first = admin.get(AUDIT + "?limit=2").json();
        assertThat(first.path("entries").path(0).path("path").asString()).isEqualTo("/api/v1/keys/none2/revoke");
        JsonNode second = admin.get(
                        AUDIT + "?limit=2&after=" + first.path("next").asString())
                .json();
        assertThat(second.path("entries").size()).isEqualTo(1);
        assertThat(second.path("entries").path(0).path("path").asString()).isEqualTo("/api/v1/keys/none0/revoke");
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(admin.get(AUDIT + "?limit=0").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"update audit set caller = 'x'", "delete from audit", "truncate audit"})
    void theDatabaseRefusesToChangeIt(String statement) throws Exception {
        TestingDoor.ADMIN.post("/api/v1/keys/none/revoke");
        long before = TestingDoor.tables().queryForObject("select count(*) from audit", Long.class);
        assertThat(before).isPositive();
        assertThatThrownBy(() -> TestingDoor.tables().update(statement))
                .hasMessageContaining("the audit log is only appended to");
        assertThat(TestingDoor.tables().queryForObject("select count(*) from audit", Long.class))
                .isGreaterThanOrEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void theApiHasNoWayToChangeIt(String method) throws Exception {
        assertThat(TestingDoor.ADMIN.ask(method, AUDIT, null, "").status()).isIn(404, 405);
        assertThat(TestingDoor.ADMIN.ask(method, AUDIT + "/1", null, "").status())
                .isEqualTo(404);
    }
}
