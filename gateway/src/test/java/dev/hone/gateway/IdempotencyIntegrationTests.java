package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class IdempotencyIntegrationTests {

    private static final TestingServices SERVICES = TestingGateway.SERVICES;
    private static final String KEY = "Idempotency-Key";

    private final TestingApi api = TestingGateway.API;

    private TestingApi.Answer submit(String file, String key) throws Exception {
        return api.submit("/api/v1/runs", file, KEY, key);
    }

    @Test
    void theSameSubmissionAgainIsAnsweredTheSameAndMakesOneRun() throws Exception {
        String file = "hone: {project_name: once, model: {path: m}}";
        TestingApi.Answer first = submit(file, "once-1");
        TestingApi.Answer second = submit(file, "once-1");
        assertThat(first.status()).isEqualTo(201);
        assertThat(first.replayed()).isFalse();
        assertThat(second.replayed()).isTrue();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.location()).isEqualTo(first.location()).isEqualTo("/api/v1/runs/once-1");
        assertThat(second.contentType()).isEqualTo(first.contentType());
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(api.get("/api/v1/runs/once-2").status()).isEqualTo(404);
    }

    @Test
    void aKeyBelongsToOneRequest() throws Exception {
        submit("hone: {project_name: owner, model: {path: m}}", "owned");
        TestingApi.Answer other = submit("hone: {project_name: other, model: {path: m}}", "owned");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.contentType()).startsWith("application/problem+json");
        assertThat(other.json().path("detail").asString())
                .contains("'owned' belongs to another request", "made /api/v1/runs/owner-1");
        assertThat(api.get("/api/v1/runs/other-1").status()).isEqualTo(404);
        assertThat(submit("hone: {}", "k".repeat(256)).json().path("detail").asString())
                .contains("256 characters");
    }

    @Test
    void whatWasRefusedMayBeSentAgainWithTheKey() throws Exception {
        assertThat(submit("hone: {experiment_name: again, nothing: 1}", "mended")
                        .status())
                .isEqualTo(422);
        assertThat(submit("hone: {experiment_name: again, model: {path: m}}", "mended")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void manyAtOnceMakeOneRun() throws Exception {
        String file = "hone: {project_name: race, model: {path: m}}";
        Callable<TestingApi.Answer> send = () -> submit(file, "race-1");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<TestingApi.Answer>> answers = threads.invokeAll(List.of(send, send, send, send, send));
            for (Future<TestingApi.Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(201);
                assertThat(answer.get().location()).isEqualTo("/api/v1/runs/race-1");
            }
            assertThat(answers.stream().filter(answer -> !answer.resultNow().replayed()))
                    .hasSize(1);
        }
        assertThat(api.get("/api/v1/runs/race-2").status()).isEqualTo(404);
    }

    @Test
    void aNameThatManyWantIsOnes() throws Exception {
        String file = "hone: {experiment_name: wanted, model: {path: m}}";
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<TestingApi.Answer> send = () -> api.submit("/api/v1/runs", file);
            assertThat(threads.invokeAll(List.of(send, send, send, send)))
                    .extracting(answer -> answer.get().status())
                    .containsExactlyInAnyOrder(201, 409, 409, 409);
        }
    }

    @Test
    void aPauseThatIsSentAgainLateDoesNotPauseAgain() throws Exception {
        submit("hone: {experiment_name: late-pause, model: {path: m}}", "late-pause");
        String run = "/api/v1/runs/late-pause";
        assertThat(api.post(run + "/pause", "", KEY, "pause-1")
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("paused");
        api.post(run + "/resume");
        assertThat(api.post(run + "/pause", "", KEY, "pause-1")
                        .json()
                        .path("state")
                        .asString())
                .isEqualTo("paused"); // as it was answered then
        assertThat(api.get(run).json().path("state").asString()).isEqualTo("submitted");
    }

    @Test
    void anAgentThatLostItsAnswerGetsTheSameEpisode() throws Exception {
        submit("hone: {experiment_name: lost, model: {path: m}}", "lost");
        String begin = "/api/v1/runs/lost/episodes/begin";
        SERVICES.answers.put(begin, "{\"episode\": \"lost/train/1/0/0/0\"}");
        TestingApi.Answer first = api.post(begin, "", KEY, "begin-1");
        SERVICES.answers.put(begin, "{\"episode\": \"lost/train/1/0/1/0\"}");
        assertThat(api.post(begin, "", KEY, "begin-1").text()).isEqualTo(first.text());
        assertThat(api.post(begin, "", KEY, "begin-2").text()).contains("lost/train/1/0/1/0");
    }
}
