package dev.hone.gateway.preflight;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.PreflightReport;
import dev.hone.contracts.run.RunConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/// Asks task-, rollout-, judge- and learner-service at the same time what would stop a run.
@Component
public class Preflight {

    private final RestClient client;
    private final Map<String, URI> services = new LinkedHashMap<>();

    Preflight(RestClient client, ServicesProperties properties) {
        this.client = client;
        services.put("task-service", properties.task());
        services.put("rollout-service", properties.rollout());
        services.put("judge-service", properties.judge());
        services.put("learner-service", properties.learner());
    }

    /// Everything that is wrong, service by service; empty if the run can start. A service that does not answer is one
    /// problem, under its name.
    public List<PreflightReport.Problem> check(RunConfig config) {
        byte[] body = EventCodec.json().writeValueAsBytes(config);
        List<PreflightReport.Problem> problems = new ArrayList<>();
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<PreflightReport.Problem>>> answers = services.entrySet().stream()
                    .map(service -> tasks.submit(() -> ask(service.getKey(), service.getValue(), body)))
                    .toList();
            tasks.shutdown();
            for (Future<List<PreflightReport.Problem>> answer : answers) {
                problems.addAll(join(answer));
            }
        }
        return problems.stream().distinct().toList();
    }

    private static List<PreflightReport.Problem> join(Future<List<PreflightReport.Problem>> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted during a preflight", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("A preflight failed", e.getCause());
        }
    }

    private List<PreflightReport.Problem> ask(String service, URI address, byte[] config) {
        try {
            byte[] answer = client.post()
                    .uri(address.resolve("/api/v1/preflight"))
                    .contentType(MediaType.APPLICATION_JSON)
                    .accept(MediaType.APPLICATION_JSON)
                    .body(config)
                    .retrieve()
                    .body(byte[].class);
            if (answer == null) {
                return List.of(silent(service, address, "its answer is empty"));
            }
            return EventCodec.json().readValue(answer, PreflightReport.class).problems();
        } catch (RestClientException | tools.jackson.core.JacksonException e) {
            return List.of(silent(service, address, String.valueOf(e.getMessage())));
        }
    }

    private static PreflightReport.Problem silent(String service, URI address, String why) {
        return new PreflightReport.Problem(
                service,
                "at " + address + " could not check the run (" + why + "); see that it is up, then submit again.");
    }
}
