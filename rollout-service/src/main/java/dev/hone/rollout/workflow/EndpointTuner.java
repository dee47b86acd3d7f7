package dev.hone.rollout.workflow;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RolloutConfig;
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
import java.time.Duration;
import java.util.Map;

/// The tuner of an agent in another process: everything goes through the episode's endpoint, and is recorded there.
public record EndpointTuner(String baseUrl, String apiKey, RolloutConfig settings) implements Tuner {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Override
    public Model asAgentScopeModel() {
        return model(TRAINED);
    }

    @Override
    public Model asUntrainedAgentScopeModel() {
        return model(UNTRAINED);
    }

    private Model model(String name) {
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
        try {
            HttpResponse<byte[]> response = HTTP.send(
                    HttpRequest.newBuilder(URI.create(baseUrl + "/tools/execute_python_code"))
                            .header("Authorization", "Bearer " + apiKey)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(
                                    EventCodec.json().writeValueAsBytes(Map.of("code", code))))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("The endpoint ran no code: it answered " + response.statusCode() + " "
                        + new String(response.body(), java.nio.charset.StandardCharsets.UTF_8));
            }
            return EventCodec.json().readTree(response.body()).path("text").asString();
        } catch (IOException e) {
            throw new UncheckedIOException("The endpoint at " + baseUrl + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The tool call was interrupted", e);
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
