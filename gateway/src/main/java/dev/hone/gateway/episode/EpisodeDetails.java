package dev.hone.gateway.episode;

import dev.hone.contracts.EventCodec;
import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.preflight.ServicesProperties;
import java.net.URI;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/// What the services keep of an episode, as they show it.
@Component
public class EpisodeDetails {

    private static final String ROLLOUT = "rollout-service";

    private final RestClient client;
    private final ServicesProperties services;

    EpisodeDetails(RestClient client, ServicesProperties services) {
        this.client = client;
        this.services = services;
    }

    /// judge-service's verdict; JSON null where there is none yet.
    public JsonNode verdict(String path) {
        return get("judge-service", services.judge().resolve(path + "/verdict"));
    }

    /// Where judge-service sees bad habits in it; JSON null where there is no verdict yet.
    public JsonNode habits(String path) {
        return get("judge-service", services.judge().resolve(path + "/habits"));
    }

    /// rollout-service's conversation and tokens; JSON null where there are none.
    JsonNode rollout(String path) {
        return get(ROLLOUT, services.rollout().resolve(path));
    }

    /// rollout-service's conversation without the tokens; JSON null where there is none.
    public JsonNode conversation(String path) {
        return get(ROLLOUT, services.rollout().resolve(path + "?tokens=false"));
    }

    /// The run's next episode, for an agent in another process: rollout-service's answer; 204 after the wait.
    ResponseEntity<byte[]> begin(String run, double waitSeconds) {
        URI address = services.rollout().resolve("/api/v1/runs/" + run + "/episodes/begin?wait_seconds=" + waitSeconds);
        try {
            ResponseEntity<byte[]> begun = client.post().uri(address).retrieve().toEntity(byte[].class);
            return ResponseEntity.status(begun.getStatusCode())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(begun.getBody());
        } catch (RestClientResponseException e) {
            throw ServiceCalls.refused(ROLLOUT, address, e.getStatusCode().value(), e.getResponseBodyAsByteArray());
        } catch (RestClientException e) {
            throw ServiceCalls.silent(ROLLOUT, address, String.valueOf(e.getMessage()));
        }
    }

    /// The code that rollout-service had run for it, with what came of it; JSON null where it knows none.
    public JsonNode calls(String path) {
        return get(ROLLOUT, services.rollout().resolve(path + "/calls"));
    }

    private JsonNode get(String service, URI address) {
        try {
            byte[] answer = client.get().uri(address).retrieve().body(byte[].class);
            return answer == null ? NullNode.getInstance() : EventCodec.json().readTree(answer);
        } catch (HttpClientErrorException.NotFound e) {
            return NullNode.getInstance();
        } catch (RestClientException | JacksonException e) {
            throw ServiceCalls.silent(service, address, String.valueOf(e.getMessage()));
        }
    }
}
