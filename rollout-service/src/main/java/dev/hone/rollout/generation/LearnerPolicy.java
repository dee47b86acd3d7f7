package dev.hone.rollout.generation;

import dev.hone.calls.ServiceSecret;
import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import dev.hone.tracing.EpisodeSpan;
import dev.hone.tracing.EpisodeTraces;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/// The policy behind the REST of learner-service and of policy-servers. Who cannot be reached, starts, or is too slow
/// leaves the request to the next; when none has answered, all are asked again until the deadline: the noise is a
/// function of the request, so asking twice samples the same.
@Component
class LearnerPolicy implements Policy {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /// The version asked for is not published yet; too many requests; the server starts or stops; it was too slow.
    private static final Set<Integer> ASK_AGAIN = Set.of(409, 429, 503, 504);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Generators generators;
    private final long versionMillis;
    private final Counter failovers;
    private final EpisodeTraces traces;
    private final ServiceSecret secret;

    LearnerPolicy(LearnerProperties properties, MeterRegistry meters, EpisodeTraces traces, ServiceSecret secret) {
        this.traces = traces;
        this.secret = secret;
        this.generators = new Generators(properties.generators());
        this.versionMillis = properties.versionMillis();
        this.failovers = Counter.builder("hone.rollout.generate.failovers").register(meters);
    }

    private sealed interface Answer {
        record Tokens(GenerateResponse response) implements Answer {}

        /// @param again whether the same request may be answered later, or by another
        /// @param server whether the trouble is the server's, not the request's
        record None(String reason, boolean again, boolean server) implements Answer {}
    }

    @Override
    public GenerateResponse generate(EpisodeKey episode, GenerateRequest request, Deadline deadline) {
        List<URI> servers = generators.inOrder(request.noiseKey());
        GenerateRequest patient = servers.size() == 1 ? request : request.waitingForVersion(versionMillis);
        byte[] body = EventCodec.cbor().writeValueAsBytes(patient);
        String last = "no answer yet";
        try (EpisodeSpan span = traces.begin(episode, "generate")) {
            for (Duration pause = FIRST_PAUSE; !deadline.passed(); pause = longer(pause)) {
                int refusals = 0;
                for (URI server : servers) {
                    URI address = server.resolve("/api/v1/runs/" + episode.run() + "/generate");
                    switch (ask(server, address, body, span, deadline)) {
                        case Answer.Tokens tokens -> {
                            return tokens.response();
                        }
                        case Answer.None none -> {
                            last = address + ": " + none.reason();
                            refusals += none.again() ? 0 : 1;
                            if (refusals == servers.size()) {
                                throw refused(address, none);
                            }
                        }
                    }
                    if (deadline.passed()) {
                        break;
                    }
                    if (servers.size() > 1) {
                        failovers.increment();
                    }
                }
                deadline.pause(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EpisodeFailedException(
                    new Failure("interrupted", "Generation was interrupted; the attempt is repeated.", true), e);
        }
        throw new EpisodeFailedException(new Failure(
                "generate-timeout",
                "No tokens came in time (last: " + last
                        + "); see that the learner runs, or raise rollout.generate_timeout.",
                true));
    }

    private Answer ask(URI server, URI address, byte[] body, EpisodeSpan span, Deadline deadline)
            throws InterruptedException {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address)
                    .timeout(deadline.left().plusMillis(1))
                    .header("Content-Type", "application/cbor")
                    .header("Accept", "application/cbor, application/problem+json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body));
            secret.sign(request::header);
            span.header().ifPresent(ids -> request.header(EpisodeTraces.HEADER, ids));
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            generators.reached(server);
            int status = response.statusCode();
            if (status == 200) {
                return new Answer.Tokens(EventCodec.cbor().readValue(response.body(), GenerateResponse.class));
            }
            return new Answer.None(
                    status + " " + new String(response.body(), StandardCharsets.UTF_8),
                    ASK_AGAIN.contains(status),
                    status >= 500);
        } catch (IOException e) {
            generators.lost(server);
            return new Answer.None(e.toString(), true, true);
        }
    }

    private static EpisodeFailedException refused(URI address, Answer.None none) {
        return new EpisodeFailedException(new Failure(
                "generate-refused",
                "The server at " + address + " answered " + none.reason() + "; see its log.",
                none.server()));
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
