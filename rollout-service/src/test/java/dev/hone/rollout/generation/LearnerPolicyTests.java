package dev.hone.rollout.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.contracts.rollout.Timeline;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.tracing.EpisodeTraces;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LearnerPolicyTests {
    private static final RunId RUN = new RunId("spread");
    private static final EpisodeKey EPISODE = new EpisodeKey(RUN, Purpose.TRAIN, 1, 0, 0, 0);

    /// A server that samples its own version number, or refuses.
    private static final class TestingGenerator implements AutoCloseable {
        final List<GenerateRequest> requests = new CopyOnWriteArrayList<>();
        final HttpServer server;
        final int version;
        volatile int status = 200;

        TestingGenerator(int version) throws IOException {
            this.version = version;
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.createContext("/api/v1/runs/" + RUN + "/generate", exchange -> {
                GenerateRequest request =
                        EventCodec.cbor().readValue(exchange.getRequestBody().readAllBytes(), GenerateRequest.class);
                requests.add(request);
                boolean behind = status == 200 && version < request.minVersion();
                byte[] body = EventCodec.cbor()
                        .writeValueAsBytes(new GenerateResponse(
                                new int[] {version},
                                new float[] {-1},
                                GenerateResponse.STOP,
                                List.of(new Timeline.VersionSpan(0, 1, version))));
                exchange.sendResponseHeaders(behind ? 409 : status, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestingGenerator first;
    private TestingGenerator second;

    @BeforeEach
    void start() throws IOException {
        first = new TestingGenerator(1);
        second = new TestingGenerator(2);
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    @Test
    void timelinesAreSpreadAndTheTurnsOfOneStayTogether() {
        LearnerPolicy policy = policy(first.url(), second.url());
        for (int turn = 0; turn < 3; turn++) {
            LongStream.range(0, 64).forEach(key -> ask(policy, key, 0));
        }
        Set<Long> ofFirst = keys(first);
        Set<Long> ofSecond = keys(second);
        assertThat(ofFirst).hasSizeGreaterThan(8).doesNotContainAnyElementsOf(ofSecond);
        assertThat(ofSecond).hasSizeGreaterThan(8);
        assertThat(first.requests.size() + second.requests.size()).isEqualTo(192);
        assertThat(meters.counter("hone.rollout.generate.failovers").count()).isZero();
    }

    @Test
    void whatAServerLeavesBehindGoesToTheOthersAndTheVersionIsTold() {
        LearnerPolicy policy = policy(first.url(), second.url());
        first.close();
        List<GenerateResponse> answers = new ArrayList<>();
        LongStream.range(0, 16).forEach(key -> answers.add(ask(policy, key, 0)));
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.versions()).containsExactly(new Timeline.VersionSpan(0, 1, 2)));
        // one was tried and not found; after that it is asked last
        assertThat(meters.counter("hone.rollout.generate.failovers").count()).isEqualTo(1);
    }

    @Test
    void aServerThatLagsBehindLeavesTheRequestToOneThatHasTheVersion() {
        LearnerPolicy policy = policy(first.url(), second.url());
        LongStream.range(0, 16)
                .forEach(key -> assertThat(ask(policy, key, 2).tokenIds()).containsExactly(2));
        assertThat(first.requests)
                .isNotEmpty()
                .allSatisfy(
                        request -> assertThat(request.versionTimeoutMillis()).isEqualTo(1500));
    }

    @Test
    void aServerWithoutTheRunIsPassedOverButARequestThatAllRefuseFails() {
        LearnerPolicy policy = policy(first.url(), second.url());
        first.status = 404;
        LongStream.range(0, 8)
                .forEach(key -> assertThat(ask(policy, key, 0).tokenIds()).containsExactly(2));
        second.status = 400;
        assertThatThrownBy(() -> ask(policy, 1, 0)).isInstanceOfSatisfying(EpisodeFailedException.class, failed -> {
            assertThat(failed.failure().code()).isEqualTo("generate-refused");
            assertThat(failed.failure().retryable()).isFalse();
        });
    }

    @Test
    void theLearnerAloneWaitsForTheVersionAsLongAsTheRequestDoes() {
        ask(policy(second.url()), 1, 2);
        assertThat(second.requests.getFirst().versionTimeoutMillis()).isNull();
    }

    private static Set<Long> keys(TestingGenerator generator) {
        Set<Long> keys = new HashSet<>();
        generator.requests.forEach(request -> keys.add(request.noiseKey()));
        return keys;
    }

    private LearnerPolicy policy(URI... servers) {
        return new LearnerPolicy(
                new LearnerProperties(servers[0], Path.of("unused"), List.of(servers), 1500),
                meters,
                EpisodeTraces.none(),
                ServiceSecret.NONE);
    }

    private static GenerateResponse ask(LearnerPolicy policy, long key, int version) {
        return policy.generate(
                EPISODE,
                new GenerateRequest(new int[] {1}, 1, 1, 1, 0, List.of(), key, version, 20_000),
                Deadline.in(Duration.ofSeconds(20)));
    }
}
