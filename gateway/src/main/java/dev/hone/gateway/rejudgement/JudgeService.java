package dev.hone.gateway.rejudgement;

import dev.hone.contracts.EventCodec;
import dev.hone.gateway.preflight.ServicesProperties;
import dev.hone.gateway.problem.ApiException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/// judge-service's answers as it gives them, refusals included.
@Component
class JudgeService {

    private final RestClient client;
    private final URI address;

    JudgeService(RestClient client, ServicesProperties services) {
        this.client = client;
        this.address = services.judge();
    }

    static String encoded(String parameter) {
        return URLEncoder.encode(parameter, StandardCharsets.UTF_8);
    }

    ResponseEntity<byte[]> get(String path) {
        return send(client.get().uri(address.resolve(path)));
    }

    ResponseEntity<byte[]> post(String path, Record body) {
        return send(client.post()
                .uri(address.resolve(path))
                .contentType(MediaType.APPLICATION_JSON)
                .body(EventCodec.json().writeValueAsBytes(body)));
    }

    private ResponseEntity<byte[]> send(RestClient.RequestHeadersSpec<?> request) {
        try {
            ResponseEntity<byte[]> answer = request.retrieve()
                    .onStatus(status -> true, (sent, got) -> {})
                    .toEntity(byte[].class);
            return ResponseEntity.status(answer.getStatusCode())
                    .contentType(
                            answer.getStatusCode().isError()
                                    ? MediaType.APPLICATION_PROBLEM_JSON
                                    : MediaType.APPLICATION_JSON)
                    .body(answer.getBody());
        } catch (RestClientException e) {
            throw ApiException.badGateway(
                    "judge-service did not answer",
                    "judge-service at " + address + " gave no answer (" + e.getMessage()
                            + "); see that it is up, then ask again.");
        }
    }
}
