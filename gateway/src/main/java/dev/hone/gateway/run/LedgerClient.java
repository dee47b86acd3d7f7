package dev.hone.gateway.run;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.task.LedgerReport;
import dev.hone.gateway.preflight.ServicesProperties;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;

/// task-service's ledger, which knows what was issued.
@Component
class LedgerClient {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerClient.class);

    private final RestClient client;
    private final ServicesProperties services;

    LedgerClient(RestClient client, ServicesProperties services) {
        this.client = client;
        this.services = services;
    }

    /// Empty where task-service does not answer or does not know the run yet.
    Optional<LedgerReport> ledger(String run) {
        try {
            byte[] answer = client.get()
                    .uri(services.task().resolve("/api/v1/runs/" + run + "/ledger"))
                    .retrieve()
                    .body(byte[].class);
            return answer == null
                    ? Optional.empty()
                    : Optional.of(EventCodec.json().readValue(answer, LedgerReport.class));
        } catch (RestClientException | JacksonException e) {
            LOG.warn("task-service shows no ledger of run {}: {}", run, e.getMessage());
            return Optional.empty();
        }
    }
}
