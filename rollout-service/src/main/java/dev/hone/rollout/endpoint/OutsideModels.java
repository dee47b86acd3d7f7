package dev.hone.rollout.endpoint;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.run.ApiKey;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.OutsideModel;
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
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Passes requests of agents that are not trained on to the server of OpenAI's API that the run names for them, under
/// the model's name and key there. Nothing of its tokens is recorded: they are none of the policy's.
@Component
class OutsideModels {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 16 << 20;

    /// The server understood and will not answer this request: the agent is told.
    private static final Set<Integer> REFUSED = Set.of(400, 413, 422);

    /// It may answer another time.
    private static final Set<Integer> LATER = Set.of(408, 409, 429, 500, 502, 503, 504);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    private final Outbound outbound;

    OutsideModels(Outbound outbound) {
        this.outbound = outbound;
    }

    /// An answer as it came.
    ///
    /// @param status 200, or one of those that tell the agent that its request is refused
    record Answer(int status, String contentType, byte[] body) {}

    /// Asks until there is an answer or the time is over.
    ///
    /// @param body of `/chat/completions`
    /// @throws OpenAiException if the body is no JSON
    /// @throws EpisodeFailedException `outside-model-refused` for a key or an address that is none;
    ///     `outside-model-unavailable` if no answer came in time
    Answer complete(OutsideModel model, byte[] body, Deadline end) {
        URI address = URI.create(model.baseUrl().replaceAll("/+$", "") + "/chat/completions");
        byte[] asked = asked(model, body);
        String last = "no answer yet";
        try {
            for (Duration pause = FIRST_PAUSE; !end.passed(); pause = longer(pause)) {
                try {
                    HttpResponse<byte[]> response = http.send(
                            request(model, address, asked, end),
                            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_BYTES));
                    int status = response.statusCode();
                    if (status == 200) {
                        return answer(response, response.body());
                    }
                    String said = said(model, response.body());
                    if (REFUSED.contains(status)) {
                        return answer(response, said.getBytes(StandardCharsets.UTF_8));
                    }
                    if (!LATER.contains(status)) {
                        throw refused(address, status, said);
                    }
                    last = "status " + status;
                } catch (IOException e) {
                    last = e.toString();
                }
                end.pause(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EpisodeFailedException(
                    new Failure("interrupted", "The request was interrupted; the attempt is repeated.", true), e);
        }
        throw new EpisodeFailedException(new Failure(
                "outside-model-unavailable",
                "The model for untrained agents at " + address + " gave no answer in time (last: " + last
                        + "); see that it runs, or raise rollout.generate_timeout.",
                true));
    }

    private static byte[] asked(OutsideModel model, byte[] body) {
        try {
            if (EventCodec.json().readTree(body) instanceof ObjectNode request) {
                return EventCodec.json().writeValueAsBytes(request.put("model", model.model()));
            }
        } catch (JacksonException e) {
            // refused below
        }
        throw OpenAiException.refused("", "invalid_value", "The body is no JSON object.");
    }

    private HttpRequest request(OutsideModel model, URI address, byte[] body, Deadline end) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(end.left().isPositive() ? end.left() : Duration.ofMillis(1))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            outbound.require("hone.rollout.untrained_model.base_url", address);
            model.key().read(System::getenv).ifPresent(key -> request.header("Authorization", "Bearer " + key));
        } catch (InvalidConfigException e) {
            throw new EpisodeFailedException(
                    new Failure("outside-model-refused", "The run's " + e.getMessage(), false), e);
        }
        return request.build();
    }

    private static Answer answer(HttpResponse<byte[]> response, byte[] body) {
        String type = response.headers().firstValue("Content-Type").orElse("application/json");
        return new Answer(response.statusCode(), type, body);
    }

    private static String said(OutsideModel model, byte[] body) {
        String key = model.key().read(System::getenv).orElse("");
        return ApiKey.without(key, new String(body, StandardCharsets.UTF_8));
    }

    private static EpisodeFailedException refused(URI address, int status, String said) {
        String advice = switch (status) {
            case 401, 403 -> "put a key that it takes where rollout.untrained_model says.";
            case 404 -> "check rollout.untrained_model.base_url and model.";
            default -> "see its log.";
        };
        return new EpisodeFailedException(new Failure(
                "outside-model-refused",
                "The model for untrained agents at " + address + " answered with status " + status + " "
                        + said.substring(0, Math.min(said.length(), 500)) + "; "
                        + advice,
                false));
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }
}
