package dev.hone.gateway.model;

import dev.hone.calls.ServiceSecret;
import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.problem.ApiException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/// Hands a version's files through as learner-service sends them. A client of its own: the common one gives an answer
/// only so long, however big it is; this one ends when nothing comes for so long.
@Component
class ModelDownload {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final RestClient client;

    ModelDownload(RestClient.Builder builder, ServiceCalls services, ServiceSecret secret) {
        SimpleClientHttpRequestFactory requests = new SimpleClientHttpRequestFactory();
        requests.setConnectTimeout(CONNECT_TIMEOUT);
        requests.setReadTimeout(services.services().timeout());
        client = builder.requestFactory(requests)
                .defaultHeaders(headers -> secret.sign(headers::set))
                .build();
    }

    /// @throws ApiException as learner-service refuses it; 502 if it does not begin to answer in time
    /// @throws IOException if it falls silent later, or nobody takes the files any more: what was sent breaks off
    void send(URI address, String fileName, HttpServletResponse response) throws IOException {
        try {
            client.get().uri(address).exchange((request, answer) -> {
                if (answer.getStatusCode() != HttpStatus.OK) {
                    throw ServiceCalls.refused(
                            Models.LEARNER,
                            address,
                            answer.getStatusCode().value(),
                            answer.getBody().readAllBytes());
                }
                response.setContentType("application/x-tar");
                response.setHeader("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
                return answer.getBody().transferTo(response.getOutputStream());
            });
        } catch (ResourceAccessException e) {
            if (response.isCommitted()) {
                throw new IOException(address + " broke off: " + e.getMessage(), e);
            }
            response.reset();
            throw ServiceCalls.silent(Models.LEARNER, address, String.valueOf(e.getMessage()));
        }
    }
}
