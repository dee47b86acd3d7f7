package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A gateway that others reach: who is let in, and to what.
class AccessIntegrationTests {

    private static final String RUNS = "/api/v1/runs";

    /// Method and path of everything that the API describes, and of what it does not.
    static Stream<String> everything() throws Exception {
        List<String> all = new ArrayList<>(List.of(
                "GET /",
                "GET /runs",
                "GET /runs/a",
                "GET /runs/a/curves",
                "POST /runs/a/cancel",
                "GET /compare",
                "GET /submit",
                "POST /submit",
                "POST /logout",
                "GET /swagger-ui.html",
                "GET /swagger-ui/index.html",
                "GET /v3/api-docs",
                "GET /v3/api-docs.yaml",
                "GET /js/run.js",
                "GET /webjars/htmx.org/dist/htmx.min.js",
                "GET /actuator",
                "GET /actuator/health",
                "GET /actuator/info",
                "GET /actuator/metrics",
                "GET /actuator/prometheus",
                "GET /error",
                "GET /nothing",
                "GET /login/",
                "TRACE /",
                "DELETE /api/v1/audit"));
        TestingDoor.ADMIN
                .get("/v3/api-docs")
                .json()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation -> all.add(operation.getKey().toUpperCase(java.util.Locale.ROOT) + " "
                                + path.getKey().replaceAll("\\{[^}]*}", "1"))));
        return all.stream();
    }

    private static TestingApi.Answer ask(TestingApi by, String what) throws Exception {
        String[] parts = what.split(" ");
        return by.ask(parts[0], parts[1], parts[0].equals("POST") ? "application/json" : null, "{}");
    }

    @ParameterizedTest
    @MethodSource("everything")
    void nobodyIsLetInToAnything(String what) throws Exception {
        TestingApi.Answer answer = ask(TestingDoor.NOBODY, what);
        // TRACE and a slash too many are refused by who reads the request.
        assertThat(answer.status()).as(answer.text()).isIn(what.startsWith("TRACE") ? List.of(401, 405) : List.of(401));
        assertThat(answer.text()).doesNotContain("\"openapi\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/login",
                "/css/hone.css",
                "/favicon.svg"
            })
    void whetherItIsUpIsToldToAnybody(String path) throws Exception {
        TestingApi.Answer answer = TestingDoor.NOBODY.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).doesNotContain("components");
    }

    @Test
    void whatItIsMadeOfIsToldToWhoIsLetIn() throws Exception {
        assertThat(TestingDoor.ADMIN.get("/actuator/health").text()).contains("components");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hone_", "hone_0000", "nothing", "a.b.c", "%"})
    void whatIsNoKeyOpensNothing(String key) throws Exception {
        TestingApi.Answer answer = new TestingApi(TestingDoor.ADDRESS, key).get(RUNS);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("detail").asString()).contains("Authorization: Bearer");
    }

    @Test
    void theFirstKeyIsForItsOwnerAloneToRead() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(TestingDoor.DATA.resolve("admin.key"))))
                .isEqualTo("rw-------");
        assertThat(TestingDoor.ADMIN.get(RUNS).status()).isEqualTo(200);
    }

    @Test
    void keysAreStoredAsHashesAndShownOnce() throws Exception {
        String secret = TestingDoor.key("hashed", "red", "viewer");
        assertThat(secret).matches("hone_[0-9a-f]{64}");
        assertThat(TestingDoor.ADMIN.get("/api/v1/keys").text())
                .contains("\"hashed\"")
                .doesNotContain(secret);
        assertThat(TestingDoor.tables().queryForList("select k::text from api_key k", String.class))
                .noneMatch(row -> row.contains(secret.substring("hone_".length())));
    }

    @Test
    void aSecretIsNotKeptForAnIdempotencyKeyEither() throws Exception {
        String wanted = "{\"name\": \"again\", \"project\": \"red\", \"role\": \"viewer\"}";
        assertThat(TestingDoor.ADMIN
                        .post("/api/v1/keys", wanted, "Idempotency-Key", "k")
                        .status())
                .isEqualTo(201);
        assertThat(TestingDoor.ADMIN
                        .post("/api/v1/keys", wanted, "Idempotency-Key", "k")
                        .status())
                .isEqualTo(409);
        assertThat(TestingDoor.ADMIN
                        .post("/api/v1/%6Beys", wanted.replace("again", "otherwise"), "Idempotency-Key", "k2")
                        .status())
                .isEqualTo(201);
        assertThat(TestingDoor.tables()
                        .queryForObject(
                                "select count(*) from idempotent_answer where encode(body, 'escape') like '%secret%'",
                                Long.class))
                .isZero();
    }

    @Test
    void aKeyThatIsOverOpensNothing() throws Exception {
        TestingApi late = TestingDoor.with("late", "red", "viewer");
        assertThat(late.get(RUNS).status()).isEqualTo(200);
        assertThat(TestingDoor.tables()
                        .queryForObject("select last_used_at from api_key where name = 'late'", Timestamp.class))
                .isNotNull();
        TestingDoor.tables().update("update api_key set expires_at = now() where name = 'late'");
        assertThat(late.get(RUNS).status()).isEqualTo(401);
    }

    private static String id(String name) {
        return TestingDoor.tables().queryForObject("select id from api_key where name = ?", String.class, name);
    }

    @Test
    void aRevokedKeyOpensNothingAndItsStreamsEnd() throws Exception {
        TestingApi operator = TestingDoor.with("gone", "streams", "operator");
        operator.submit(RUNS, "hone: {experiment_name: watched, model: {path: some/model}}");
        CompletableFuture<?> watching = CompletableFuture.supplyAsync(() -> {
            try {
                return operator.events("watched", 0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(operator.get(RUNS + "/watched").status()).isEqualTo(200);
        assertThat(watching).isNotDone();
        assertThat(TestingDoor.ADMIN
                        .post("/api/v1/keys/" + id("gone") + "/revoke")
                        .json()
                        .path("revokedAt")
                        .isString())
                .isTrue();
        assertThat(operator.get(RUNS).status()).isEqualTo(401);
        await().atMost(Duration.ofSeconds(30)).until(watching::isDone);
    }

    @Test
    void anAdminOfAProjectMakesKeysForThatOneAlone() throws Exception {
        TestingApi admin = TestingDoor.with("lead", "green", "admin");
        assertThat(TestingDoor.make(admin, Map.of("name", "own", "role", "operator"))
                        .json()
                        .path("key")
                        .path("project")
                        .asString())
                .isEqualTo("green");
        for (String other : List.of("red", "*")) {
            assertThat(TestingDoor.make(admin, Map.of("name", "x", "project", other, "role", "viewer"))
                            .status())
                    .isEqualTo(403);
        }
        assertThat(TestingDoor.make(admin, Map.of("name", "x", "role", "king")).status())
                .isEqualTo(400);
        assertThat(TestingDoor.make(admin, Map.of("name", "HONE_X", "role", "viewer"))
                        .status())
                .isEqualTo(400);
        assertThat(admin.get("/api/v1/keys").json().path("keys"))
                .allSatisfy(key -> assertThat(key.path("project").asString()).isEqualTo("green"));
    }

    @Test
    void aViewerReadsAndChangesNothing() throws Exception {
        TestingApi viewer = TestingDoor.with("eyes", "red", "viewer");
        assertThat(viewer.get(RUNS).status()).isEqualTo(200);
        TestingApi.Answer answer = viewer.submit(RUNS, "hone: {model: {path: m}}");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("detail").asString())
                .isEqualTo("It takes the role operator; key/eyes is viewer. Ask an admin for a key of that role.");
    }

    @Test
    void theKeyOfTheScrapeReadsMetricsAlone() throws Exception {
        TestingApi scrape = new TestingApi(TestingDoor.ADDRESS, TestingDoor.METRICS_KEY);
        assertThat(scrape.get("/actuator/prometheus").text()).contains("jvm_memory_used_bytes");
        assertThat(scrape.get(RUNS).status()).isEqualTo(403);
    }

    @Test
    void aBrowserLogsInAndItsFormsCarryAToken() throws Exception {
        String key = TestingDoor.key("browser", "pages", "operator");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> shut = http.send(page("/runs", "").build(), HttpResponse.BodyHandlers.ofString());
            assertThat(shut.statusCode()).isEqualTo(303);
            assertThat(shut.headers().firstValue("Location")).hasValue("/login?to=%2Fruns");
            assertThat(http.send(form("/login", "", "key=hone_no"), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(401);
            HttpResponse<String> in = http.send(
                    form("/login", "", "key=" + key + "&to=//evil.example"), HttpResponse.BodyHandlers.ofString());
            assertThat(in.statusCode()).isBetween(302, 303);
            assertThat(URI.create(in.headers().firstValue("Location").orElseThrow())
                            .getPath())
                    .isEqualTo("/");
            assertThat(URI.create(in.headers().firstValue("Location").orElseThrow())
                            .getHost())
                    .isNotEqualTo("evil.example");
            String cookie = in.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(cookie)
                    .startsWith("hone=")
                    .contains("HttpOnly", "SameSite=Strict")
                    .doesNotContain(key);
            String session = cookie.substring(0, cookie.indexOf(';'));
            HttpResponse<String> submit =
                    http.send(page("/submit", session).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(submit.statusCode()).isEqualTo(200);
            assertThat(submit.body()).contains("Log out");
            String file = "file=hone:%20%7Bexperiment_name:%20by-form,%20model:%20%7Bpath:%20some/model%7D%7D";
            assertThat(http.send(form("/submit", session, file), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
            String token = submit.body().replaceAll("(?s).*name=\"_csrf\" value=\"([^\"]*)\".*", "$1");
            assertThat(http.send(
                                    form("/submit", session, file + "&_csrf=" + token),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isBetween(302, 303);
            assertThat(TestingDoor.tables()
                            .queryForObject("select project from run where name = 'by-form'", String.class))
                    .isEqualTo("pages");
            TestingDoor.ADMIN.post("/api/v1/keys/" + id("browser") + "/revoke");
            assertThat(http.send(page("/submit", session).build(), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(303);
        }
    }

    private static HttpRequest.Builder page(String path, String cookie) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(TestingDoor.ADDRESS + path)).header("Accept", "text/html");
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private static HttpRequest form(String path, String cookie, String body) {
        return page(path, cookie)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    @Test
    void onThisMachineAnothersNameOrPageIsNotLetIn() throws Exception {
        // The HTTP client sends no Host of one's own choice, so the origin stands for both; DoorTests has all cases.
        TestingApi.Answer answer =
                TestingGateway.API.submit(RUNS, "hone: {model: {path: m}}", "Origin", "https://evil.example");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("detail").asString()).contains("evil.example");
        assertThat(TestingGateway.API
                        .submit(RUNS + "?validate=true", "hone: {model: {path: m}}", "Origin", TestingGateway.ADDRESS)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void onThisMachineNoKeyIsTakenForNone() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String address : List.of(TestingGateway.ADDRESS, TestingDoor.ADDRESS)) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(address + RUNS))
                        .header("Authorization", "Bearer ")
                        .build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(address.equals(TestingGateway.ADDRESS) ? 200 : 401);
            }
        }
    }

    @Test
    void onThisMachineAKeyThatIsSentCounts() throws Exception {
        assertThat(new TestingApi(TestingGateway.ADDRESS, "hone_" + "0".repeat(64))
                        .get(RUNS)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aPortOfItsOwnForManagementIsRefused() {
        assertThatThrownBy(() -> TestingGateway.another("managed", TestingDoor.SERVICES, "--management.server.port=0"))
                .rootCause()
                .hasMessageContaining("management.server.port is 0: it would be a door without login");
    }

    @Test
    void theDocumentSaysHowOneIsLetIn() throws Exception {
        JsonNode described = TestingDoor.ADMIN.get("/v3/api-docs").json();
        assertThat(described
                        .path("components")
                        .path("securitySchemes")
                        .path("key")
                        .path("scheme")
                        .asString())
                .isEqualTo("bearer");
        assertThat(described.path("security")).isEqualTo(EventCodec.json().readTree("[{\"key\": []}]"));
        assertThat(TestingGateway.API.get("/v3/api-docs").json().path("security"))
                .isEqualTo(EventCodec.json().readTree("[{\"key\": []}, {}]"));
    }
}
