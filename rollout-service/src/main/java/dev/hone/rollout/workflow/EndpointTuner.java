package dev.hone.rollout.workflow;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.rollout.environment.Environment;
import io.agentscope.core.model.Model;
import io.agentscope.core.model.transport.HttpTransportConfig;
import io.agentscope.core.model.transport.JdkHttpTransport;
import io.agentscope.extensions.model.openai.OpenAIChatModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tuner of an agent in another process: everything goes through the episode's endpoint, and is recorded there.
///
/// @param observation what the episode's environment shows first; null: there is none
public record EndpointTuner(
        String baseUrl,
        String apiKey,
        RolloutConfig settings,
        @Nullable String observation) implements Tuner {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public Model asAgentScopeModel() {
        return model(baseUrl, apiKey, settings, TRAINED);
    }

    @Override
    public Model asUntrainedAgentScopeModel() {
        return untrained(baseUrl, apiKey, settings);
    }

    /// The model of an agent that is not trained, over an episode's endpoint.
    public static Model untrained(String baseUrl, String apiKey, RolloutConfig settings) {
        return model(baseUrl, apiKey, settings, UNTRAINED);
    }

    private static Model model(String baseUrl, String apiKey, RolloutConfig settings, String name) {
        return OpenAIChatModel.builder().baseUrl(baseUrl).apiKey(apiKey).modelName(name).stream(false)
                .httpTransport(JdkHttpTransport.builder()
                        .client(HTTP)
                        .config(HttpTransportConfig.builder()
                                .readTimeout(seconds(settings.generateTimeout()))
                                .build())
                        .build())
                .build();
    }

    @Override
    public String runPython(String code) {
        return post("/tools/execute_python_code", Map.of("code", code))
                .path("text")
                .asString();
    }

    @Override
    public Optional<Environment> environment() {
        return Optional.ofNullable(observation).map(Remote::new);
    }

    /// The environment over the endpoint.
    private final class Remote implements Environment {

        private final String observation;

        Remote(String observation) {
            this.observation = observation;
        }

        @Override
        public String observation() {
            return observation;
        }

        @Override
        public Observation step(String action) {
            JsonNode next = post("/environment/step", Map.of("action", action));
            return new Observation(
                    next.path("observation").asString(), next.path("done").asBoolean());
        }
    }

    private JsonNode post(String path, Map<String, String> body) {
        try {
            HttpResponse<byte[]> response = HTTP.send(
                    HttpRequest.newBuilder(URI.create(baseUrl + path))
                            .header("Authorization", "Bearer " + apiKey)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(
                                    EventCodec.json().writeValueAsBytes(body)))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("The endpoint's " + path + " answered " + response.statusCode() + " "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return EventCodec.json().readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("The endpoint at " + baseUrl + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The request to " + path + " was interrupted", e);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    /// Without the key.
    @Override
    public String toString() {
        return "EndpointTuner[" + baseUrl + "]";
    }
}
