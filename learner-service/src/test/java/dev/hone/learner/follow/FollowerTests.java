package dev.hone.learner.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.learner.follow.TestingLearner.Published;
import dev.hone.policy.WeightSet;
import dev.hone.policy.generation.Generated;
import dev.hone.policy.generation.GenerationRequest;
import dev.hone.policy.generation.Generator;
import dev.hone.policy.generation.GeneratorOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// A policy-server before a learner that it cannot trust.
class FollowerTests {
    private static final int[] PROMPT = {7, 31, 100, 255, 12};

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestingLearner learner;
    private ConfigurableApplicationContext server;

    @BeforeEach
    void start() throws Exception {
        learner = new TestingLearner(folder);
        server = serve();
    }

    private ConfigurableApplicationContext serve() {
        return PolicyServer.builder()
                .run(
                        "--server.port=0",
                        "--hone.policy-server.learner=" + learner.url(),
                        "--hone.policy-server.brokers=",
                        "--hone.policy-server.device=cpu",
                        "--hone.policy-server.poll=50ms",
                        "--hone.policy-server.directory=" + folder.resolve("server"));
    }

    @AfterEach
    void stop() {
        server.close();
        learner.close();
        http.close();
    }

    @Test
    void generatesAsTheFollowedWeightsDoAndFollowsTheNext() throws Exception {
        for (int version = 0; version < 3; version++) {
            Published published = learner.made(version, 40 + version);
            learner.publish(published);
            awaitFollowed(published.target());
            assertSame(generate(version, 1000), published);
        }
        HttpResponse<byte[]> gone =
                http.send(request(wanted(0, 1000).ofVersion(1)), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(gone.statusCode()).isEqualTo(410);
        assertThat(new String(gone.body(), StandardCharsets.UTF_8))
                .contains("Version 1 was asked for and is gone; the weights are at version 2.");
        assertThat(health()).contains("\"version\":2").doesNotContain("trouble");
        assertThat(server.getBean(MeterRegistry.class)
                        .get("hone.policy.version")
                        .tag("run", "followed")
                        .gauge()
                        .value())
                .isEqualTo(2);
    }

    @Test
    void whatWasDamagedOnTheWayIsRefusedAndFetchedAgain() throws Exception {
        Published zero = learner.made(0, 40);
        learner.publish(zero);
        awaitFollowed(zero.target());
        Published one = learner.made(1, 41);
        learner.damage.addAll(List.of(TestingLearner::cut, TestingLearner::flipped, TestingLearner::flipped));
        learner.ranges.clear();
        learner.publish(one);
        awaitFollowed(one.target());
        // half came, then the rest with a bit turned; the next whole answer had one turned too; then it was right
        assertThat(learner.ranges).containsExactly("", "bytes=" + one.file().length / 2 + "-", "", "");
        assertThat(refusals("unreachable")).isEqualTo(1);
        assertThat(refusals("checksum")).isEqualTo(2);
        assertSame(generate(1, 1000), one);
    }

    @Test
    void weightsThatAreNotWhatWasAnnouncedNeverGenerate() throws Exception {
        Published zero = learner.made(0, 40);
        learner.publish(zero);
        awaitFollowed(zero.target());
        Published honest = learner.made(1, 41);
        learner.publish(new Published(honest.target(), learner.made(1, 99).file(), honest.policy()));
        await().atMost(Duration.ofSeconds(60)).until(() -> refusals("checksum") > 2);
        assertThat(policy()).isEqualTo(json(zero.target()));
        assertSame(generate(0, 1000), zero);
        assertThat(health()).contains("checksum: What came has the checksum sha256:");
        HttpResponse<byte[]> late = generate(1, 200);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(new String(late.body(), StandardCharsets.UTF_8))
                .contains("Version 1 was asked for; after 200 ms the weights are at version 0.");
        learner.publish(honest);
        awaitFollowed(honest.target());
    }

    @Test
    void followsANewIncarnationOfTheSameVersion() throws Exception {
        Published first = learner.made(5, 40);
        learner.publish(first);
        awaitFollowed(first.target());
        Published replayed = learner.made(5, 41);
        learner.publish(replayed);
        awaitFollowed(replayed.target());
        assertSame(generate(5, 1000), replayed);
    }

    @Test
    void requestWaitsForItsVersion() throws Exception {
        learner.publish(learner.made(0, 40));
        awaitFollowed(learner.made(0, 40).target());
        var waiting = http.sendAsync(request(1, 30_000), HttpResponse.BodyHandlers.ofByteArray());
        Published one = learner.made(1, 41);
        learner.publish(one);
        assertSame(waiting.get(), one);
    }

    @Test
    void catchesUpAfterItsOwnEndAndForgetsARunThatHasEnded() throws Exception {
        learner.publish(learner.made(0, 40));
        awaitFollowed(learner.made(0, 40).target());
        server.close();
        Published seven = learner.made(7, 47);
        learner.publish(seven);
        server = serve();
        awaitFollowed(seven.target());
        assertSame(generate(7, 1000), seven);
        assertThat(get("/api/v1/runs/followed/model/config.json").statusCode()).isEqualTo(200);

        learner.publish(null);
        await().atMost(Duration.ofSeconds(60)).until(() -> generate(0, 100).statusCode() == 503);
        assertThat(new String(generate(0, 100).body(), StandardCharsets.UTF_8))
                .contains("The weights of run followed are not here; this policy-server follows " + learner.url());
    }

    private void awaitFollowed(Target target) {
        await().atMost(Duration.ofSeconds(60)).until(() -> policy().equals(json(target)));
    }

    private String policy() throws Exception {
        return get("/api/v1/runs/followed/policy").body();
    }

    private static String json(Target target) {
        return "{\"version\":" + target.version() + ",\"checksum\":\"" + target.checksum() + "\"}";
    }

    private String health() throws Exception {
        return get("/actuator/health").body();
    }

    private double refusals(String reason) {
        return server.getBean(MeterRegistry.class)
                .counter("hone.policy.server.refusals", "reason", reason)
                .count();
    }

    /// The ids and log-probabilities that the version's own weights give for the request, and that version's name.
    private static void assertSame(HttpResponse<byte[]> answer, Published published) throws Exception {
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        GenerateResponse response = EventCodec.cbor().readValue(answer.body(), GenerateResponse.class);
        int version = published.target().version();
        WeightSet weights = published.policy().publish(version);
        try (Generator generator = new Generator(published.policy(), weights, GeneratorOptions.defaults())) {
            Generated expected = generator
                    .submit(new GenerationRequest(
                            PROMPT, 12, 1, 1, 0, Set.of(3), 17, version, GenerationRequest.ANY_VERSION))
                    .get();
            assertThat(response.tokenIds()).isEqualTo(expected.tokenIds());
            assertThat(response.logProbs()).isEqualTo(expected.logProbs());
        }
        assertThat(response.versions())
                .allSatisfy(span -> assertThat(span.version()).isEqualTo(version));
    }

    private HttpResponse<byte[]> generate(int version, long timeoutMillis) throws Exception {
        return http.send(request(version, timeoutMillis), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static GenerateRequest wanted(int version, long timeoutMillis) {
        return new GenerateRequest(PROMPT, 12, 1, 1, 0, List.of(3), 17, version, timeoutMillis);
    }

    private HttpRequest request(int version, long timeoutMillis) {
        return request(wanted(version, timeoutMillis));
    }

    private HttpRequest request(GenerateRequest request) {
        return HttpRequest.newBuilder(address("/api/v1/runs/followed/generate"))
                .header("Content-Type", "application/cbor")
                .POST(HttpRequest.BodyPublishers.ofByteArray(EventCodec.cbor().writeValueAsBytes(request)))
                .build();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(address(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI address(String path) {
        int port = ((WebServerApplicationContext) server).getWebServer().getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
