package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.Purpose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What the API says of its answers is what they are.
class ApiDescriptionIntegrationTests {

    private static final TestingApi API = TestingGateway.API;
    private static JsonNode described;

    @BeforeAll
    static void start() throws Exception {
        TestingRun run = new TestingRun("described", API, TestingGateway.EVENTS, TestingGateway.SERVICES);
        run.tokens(run.episode(Purpose.TRAIN, 1, 0, false), 2);
        new TestingRun("described2", API, TestingGateway.EVENTS, TestingGateway.SERVICES);
        described = API.get("/v3/api-docs").json();
    }

    private static JsonNode schema(String path, String method, String status) {
        JsonNode schema = described
                .path("paths")
                .path(path)
                .path(method)
                .path("responses")
                .path(status)
                .path("content")
                .path("application/json")
                .path("schema");
        return resolved(schema);
    }

    private static JsonNode resolved(JsonNode schema) {
        String name = schema.path("$ref").asString("").replace("#/components/schemas/", "");
        return name.isEmpty()
                ? schema
                : described.path("components").path("schemas").path(name);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/runs, ''",
        "/api/v1/runs/{run}, ''",
        "/api/v1/runs/{run}/steps, ''",
        "/api/v1/runs/{run}/summary, ''",
        "/api/v1/runs/{run}/causes, ''",
        "/api/v1/runs/{run}/trackers, ''",
        "/api/v1/runs/{run}/episodes, ''",
        "/api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/tokens, ''",
        "/api/v1/runs/compare, ?run=described&run=described2",
        "/api/v1/models, ''",
    })
    void answersHaveTheFieldsThatAreDescribed(String path, String parameters) throws Exception {
        String address = path.replace("{run}", "described").replace("{purpose}/{step}/{group}/{sample}", "train/1/0/0");
        JsonNode answer = API.get(address + parameters).json();
        JsonNode schema = schema(path, "get", "200");
        assertThat(answer.propertyNames())
                .as("%s, described as %s", answer, schema)
                .containsExactlyInAnyOrderElementsOf(schema.path("properties").propertyNames());
    }

    @Test
    void aTokenIsDescribedWithWhatWasRecordedAndWhatAnUpdateMadeOfIt() throws Exception {
        String path = "/api/v1/runs/{run}/episodes/{purpose}/{step}/{group}/{sample}/tokens";
        JsonNode token = resolved(
                schema(path, "get", "200").path("properties").path("tokens").path("items"));
        assertThat(API.get("/api/v1/runs/described/episodes/train/1/0/0/tokens")
                        .json()
                        .path("tokens")
                        .get(0)
                        .propertyNames())
                .containsExactlyInAnyOrderElementsOf(token.path("properties").propertyNames());
    }

    @Test
    void jsonIsDescribedAsJson() {
        JsonNode schemas = described.path("components").path("schemas");
        assertThat(schemas.path("Detail").path("properties").path("rollout").path("type"))
                .hasToString("\"object\"");
        assertThat(schemas.path("Detail").path("properties").path("calls").path("type"))
                .hasToString("\"array\"");
        assertThat(schemas.path("ForkRequest").path("properties").path("set").path("type"))
                .hasToString("\"object\"");
        assertThat(schema("/api/v1/runs/{run}/rejudgements/{id}/report", "get", "200")
                        .path("type"))
                .hasToString("\"object\"");
    }

    @Test
    void whatIsMadeIsDescribedAsMade() {
        assertThat(schema("/api/v1/runs", "post", "201").path("properties").propertyNames())
                .contains("run", "state", "config");
        assertThat(schema("/api/v1/runs", "post", "200").path("properties").propertyNames())
                .contains("valid", "warnings");
        assertThat(schema("/api/v1/runs/{run}/fork", "post", "201")
                        .path("properties")
                        .propertyNames())
                .contains("parent");
    }
}
