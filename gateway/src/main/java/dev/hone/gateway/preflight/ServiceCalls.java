package dev.hone.gateway.preflight;

import dev.hone.contracts.EventCodec;
import dev.hone.gateway.problem.ApiException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
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
        return asked(
                service,
                address,
                () -> EventCodec.json().readValue(bytes(request.accept(MediaType.APPLICATION_JSON)), type));
    }

    /// What the service has there, as `reader` reads it; empty if it has nothing (404).
    ///
    /// @throws ApiException as [#get], but for 404
    public <T> Optional<T> find(String service, URI address, Function<byte[], T> reader) {
        return asked(service, address, () -> {
            try {
                return Optional.of(reader.apply(bytes(client.get().uri(address))));
            } catch (HttpClientErrorException.NotFound e) {
                return Optional.empty();
            }
        });
    }

    /// The JSON that the service has there; JSON null if it has none (404).
    ///
    /// @throws ApiException as [#find]
    public JsonNode json(String service, URI address) {
        return find(service, address, EventCodec.json()::readTree).orElse(NullNode.getInstance());
    }

    /// The service's answer of JSON as it stands, its status too.
    ///
    /// @throws ApiException as [#get]
    public ResponseEntity<byte[]> pass(String service, URI address) {
        return asked(service, address, () -> {
            ResponseEntity<byte[]> answer =
                    client.post().uri(address).retrieve().toEntity(byte[].class);
            return ResponseEntity.status(answer.getStatusCode())
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(answer.getBody());
        });
    }

    private static byte[] bytes(RestClient.RequestHeadersSpec<?> request) {
        return Objects.requireNonNullElse(request.retrieve().body(byte[].class), new byte[0]);
    }

    private static <T> T asked(String service, URI address, Supplier<T> call) {
        try {
            return call.get();
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
