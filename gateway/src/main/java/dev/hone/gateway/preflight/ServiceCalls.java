package dev.hone.gateway.preflight;

import dev.hone.contracts.EventCodec;
import dev.hone.gateway.problem.ApiException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Asks another service for a record of contracts. What it refuses is refused here, in its words.
@Component
public class ServiceCalls {

    private final RestClient client;
    private final ServicesProperties services;

    ServiceCalls(RestClient client, ServicesProperties services) {
        this.client = client;
        this.services = services;
    }

    /// The services, by address.
    public ServicesProperties services() {
        return services;
    }

    /// A parameter of an address.
    public static String encoded(Object parameter) {
        return URLEncoder.encode(String.valueOf(parameter), StandardCharsets.UTF_8);
    }

    /// @throws ApiException as the service refuses it; 502 if it does not answer
    public <T> T get(String service, URI address, Class<T> type) {
        return send(service, address, client.get().uri(address), type);
    }

    /// @throws ApiException as [#get]
    public <T> T post(String service, URI address, Class<T> type) {
        return send(service, address, client.post().uri(address), type);
    }

    private static <T> T send(String service, URI address, RestClient.RequestHeadersSpec<?> request, Class<T> type) {
        try {
            byte[] answer =
                    request.accept(MediaType.APPLICATION_JSON).retrieve().body(byte[].class);
            return EventCodec.json().readValue(answer == null ? new byte[0] : answer, type);
        } catch (RestClientResponseException e) {
            throw refused(service, address, e.getStatusCode().value(), e.getResponseBodyAsByteArray());
        } catch (RestClientException | JacksonException e) {
            throw silent(service, address, String.valueOf(e.getMessage()));
        }
    }

    /// What a service's refusal is to who asked the gateway.
    public static ApiException refused(String service, URI address, int status, byte[] body) {
        String detail = detail(body);
        return switch (status) {
            case 404 -> ApiException.notFound("Not there", detail.isEmpty() ? service + " has no " + address : detail);
            case 409 -> ApiException.conflict("The run's state does not allow it", detail);
            case 410 -> ApiException.gone("It is gone", detail);
            default -> silent(service, address, status + " " + detail);
        };
    }

    /// 502.
    public static ApiException silent(String service, URI address, String why) {
        return ApiException.badGateway(
                service + " did not answer",
                address + " gave no readable answer (" + why + "); see that " + service + " is up, then ask again.");
    }

    private static String detail(byte[] problem) {
        try {
            JsonNode json = EventCodec.json().readTree(problem);
            return json.path("detail").asString("");
        } catch (JacksonException e) {
            return "";
        }
    }
}
