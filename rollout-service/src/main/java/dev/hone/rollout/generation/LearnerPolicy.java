package dev.hone.rollout.generation;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.learner.GenerateResponse;
import dev.hone.rollout.limit.Deadline;
import dev.hone.rollout.limit.EpisodeFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.springframework.stereotype.Component;

/// The policy behind learner-service's REST. An unreachable or restarting learner is asked again until the
/// deadline: the noise is a function of the request, so asking twice samples the same.
@Component
class LearnerPolicy implements Policy {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /// The version asked for is not published yet; too many requests; the learner starts or stops; it was too slow.
    private static final Set<Integer> ASK_AGAIN = Set.of(409, 429, 503, 504);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;

    LearnerPolicy(LearnerProperties properties) {
        this.url = properties.url();
    }

    @Override
    public GenerateResponse generate(RunId run, GenerateRequest request, Deadline deadline) {
        URI address = url.resolve("/api/v1/runs/" + run + "/generate");
        byte[] body = EventCodec.cbor().writeValueAsBytes(request);
        String last = "no answer yet";
        try {
            for (Duration pause = FIRST_PAUSE; !deadline.passed(); pause = longer(pause)) {
                try {
                    HttpResponse<byte[]> response = http.send(
                            HttpRequest.newBuilder(address)
                                    .timeout(deadline.left().plusMillis(1))
                                    .header("Content-Type", "application/cbor")
                                    .header("Accept", "application/cbor, application/problem+json")
                                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
                    if (response.statusCode() == 200) {
                        return EventCodec.cbor().readValue(response.body(), GenerateResponse.class);
                    }
                    last = response.statusCode() + " " + new String(response.body(), StandardCharsets.UTF_8);
                    if (!ASK_AGAIN.contains(response.statusCode())) {
                        throw new EpisodeFailedException(new Failure(
                                "generate-refused",
                                "The learner at " + address + " answered " + last + "; see its log.",
                                response.statusCode() >= 500));
                    }
                } catch (IOException e) {
                    last = e.toString();
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
                "The learner at " + address + " gave no tokens in time (last: " + last
                        + "); see that it runs, or raise rollout.generate_timeout.",
                true));
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
