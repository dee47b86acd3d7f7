package dev.hone.gateway.model;

import dev.hone.gateway.preflight.ServiceCalls;
import dev.hone.gateway.problem.ApiException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.springframework.stereotype.Component;

/// Hands a version's files through as learner-service sends them. A client of its own: the common one gives an answer
/// only so long, however big it is.
@Component
class ModelDownload implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private final ServiceCalls services;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();

    ModelDownload(ServiceCalls services) {
        this.services = services;
    }

    /// @throws ApiException as learner-service refuses it; 502 if it does not begin to answer in time
    void send(URI address, String fileName, HttpServletResponse response) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(services.services().timeout()) // Until the answer begins.
                .build();
        HttpResponse<InputStream> answer = ask(request);
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw ServiceCalls.refused(Models.LEARNER, address, answer.statusCode(), body.readAllBytes());
            }
            response.setContentType("application/x-tar");
            response.setHeader("Content-Disposition", "attachment; filename=\"" + fileName + "\"");
            body.transferTo(response.getOutputStream());
        }
    }

    private HttpResponse<InputStream> ask(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw ServiceCalls.silent(Models.LEARNER, request.uri(), String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceCalls.silent(Models.LEARNER, request.uri(), "the gateway stops");
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
