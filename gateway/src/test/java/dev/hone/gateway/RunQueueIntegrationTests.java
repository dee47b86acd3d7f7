package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.Topics;
import dev.hone.contracts.run.RunSubmitted;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Project `crowded` may have two runs at the same time ([TestingGateway]).
class RunQueueIntegrationTests {

    private static final TestingApi API = TestingGateway.API;
    private static final TestingEvents EVENTS = TestingGateway.EVENTS;

    private static String waiting(String run) throws Exception {
        return API.get("/api/v1/runs/" + run).json().path("waiting").asString("");
    }

    private static TestingApi.Answer submit(String project, String run) throws Exception {
        TestingApi.Answer answer = API.submit(
                "/api/v1/runs",
                "hone: {project_name: %s, experiment_name: %s, model: {path: some/model}}".formatted(project, run));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer;
    }

    private static void told(String run) {
        assertThat(EVENTS.next(Topics.RUN_SUBMITTED, RunSubmitted.class, run)
                        .run()
                        .value())
                .isEqualTo(run);
    }

    @Test
    void aProjectsRunsBeyondItsQuotaWaitInOrderAndSayWhy() throws Exception {
        for (String run : List.of("crowd-1", "crowd-2", "crowd-3", "crowd-4", "crowd-5")) {
            submit("crowded", run);
        }
        submit("roomy", "room-1");
        for (String run : List.of("crowd-1", "crowd-2", "room-1")) {
            told(run);
            assertThat(waiting(run)).isEmpty();
        }
        assertThat(waiting("crowd-3"))
                .isEqualTo("It waits: project crowded may have 2 runs at the same time and has 2 (crowd-1, crowd-2)."
                        + " Runs that wait before it: 0. It begins when there is room; cancel one to make some.");
        assertThat(waiting("crowd-5")).contains("Runs that wait before it: 2.");

        // A run that waits may be given up, and one that is paused keeps its place.
        API.post("/api/v1/runs/crowd-4/cancel");
        assertThat(waiting("crowd-4")).isEmpty();
        API.post("/api/v1/runs/crowd-2/pause");
        API.post("/api/v1/runs/crowd-1/cancel");
        told("crowd-3");
        await().atMost(Duration.ofSeconds(60)).until(() -> waiting("crowd-5").contains("(crowd-2, crowd-3)"));
        assertThat(waiting("crowd-5")).contains("Runs that wait before it: 0.");

        API.post("/api/v1/runs/crowd-2/cancel");
        told("crowd-5");
        API.post("/api/v1/runs/crowd-3/cancel");
        // There is room again: the next that comes begins at once.
        submit("crowded", "crowd-6");
        told("crowd-6");
        assertThat(waiting("crowd-6")).isEmpty();
    }
}
