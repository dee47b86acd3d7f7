package dev.hone.gateway.tracker;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.ApiKey;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunState;
import dev.hone.contracts.run.TrackersConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// MLflow over its REST API 2.0: a run of the same name in the run's experiment, its configuration as parameters, its
/// curve as metrics `train/…` and `eval/…`, and its status. The server counts a metric that is sent again once.
@Component
class Mlflow implements Tracker {

    /// What one request may carry, as the server bounds it.
    private static final int METRICS_AT_ONCE = 1000;

    private static final int PARAMETERS_AT_ONCE = 100;

    private static final String MISSING = "RESOURCE_DOES_NOT_EXIST";

    /// Ties the server's run to ours: a name may come again, in another installation.
    private static final String RUN_TAG = "hone.run";

    private static final String SUBMITTED_TAG = "hone.submitted_at";

    private final HttpClient http;
    private final TrackerProperties properties;
    private final Outbound outbound;

    Mlflow(TrackerProperties properties, Outbound outbound) {
        this.properties = properties;
        this.outbound = outbound;
        this.http = HttpClient.newBuilder()
                .connectTimeout(properties.timeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public String name() {
        return "mlflow";
    }

    @Override
    public boolean wanted(TrackersConfig config) {
        return config.mlflow().active();
    }

    @Override
    public String open(TrackedRun run) throws IOException {
        String experiment = experiment(run);
        String submitted = run.submittedAt().toString();
        JsonNode found = post(
                run,
                "runs/search",
                Map.of(
                        "experiment_ids", List.of(experiment),
                        "max_results", 1,
                        "filter",
                                "tags.\"%s\" = '%s' and tags.\"%s\" = '%s'"
                                        .formatted(RUN_TAG, run.name(), SUBMITTED_TAG, submitted)));
        String id = found.at("/runs/0/info/run_id").asString("");
        if (id.isEmpty()) {
            id = post(
                            run,
                            "runs/create",
                            Map.of(
                                    "experiment_id", experiment,
                                    "run_name", run.name(),
                                    "start_time", run.submittedAt().toEpochMilli(),
                                    "tags", List.of(pair(RUN_TAG, run.name()), pair(SUBMITTED_TAG, submitted))))
                    .at("/run/info/run_id")
                    .asString();
        }
        List<Map<String, String>> parameters = new ArrayList<>();
        Parameters.of(run.config()).forEach((key, value) -> parameters.add(pair(key, value)));
        for (int from = 0; from < parameters.size(); from += PARAMETERS_AT_ONCE) {
            int to = Math.min(parameters.size(), from + PARAMETERS_AT_ONCE);
            post(run, "runs/log-batch", Map.of("run_id", id, "params", parameters.subList(from, to)));
        }
        return id;
    }

    private String experiment(TrackedRun run) throws IOException {
        String given = run.config().trackers().mlflow().experimentName();
        String name = given.isEmpty() ? run.config().projectName() : given;
        String query =
                "experiments/get-by-name?experiment_name=" + java.net.URLEncoder.encode(name, StandardCharsets.UTF_8);
        Answer answer = send(run, query, request -> request.GET());
        return answer.missing()
                ? post(run, "experiments/create", Map.of("name", name))
                        .path("experiment_id")
                        .asString()
                : answer.json().at("/experiment/experiment_id").asString();
    }

    @Override
    public void tell(TrackedRun run, String reference, List<Point> points) throws IOException {
        List<Map<String, Object>> metrics = new ArrayList<>();
        for (Point point : points) {
            point.metrics()
                    .forEach((name, value) -> metrics.add(Map.of(
                            "key", key(point.purpose(), name),
                            "value", value,
                            "timestamp", point.completedAt().toEpochMilli(),
                            "step", point.step())));
        }
        for (int from = 0; from < metrics.size(); from += METRICS_AT_ONCE) {
            int to = Math.min(metrics.size(), from + METRICS_AT_ONCE);
            post(run, "runs/log-batch", Map.of("run_id", reference, "metrics", metrics.subList(from, to)));
        }
    }

    /// A metric's name with the letters that the server takes: `pass@4` is `pass_at_4`.
    private static String key(String purpose, String name) {
        return purpose + "/" + name.replace("@", "_at_").replaceAll("[^A-Za-z0-9_./: -]", "_");
    }

    @Override
    public void end(TrackedRun run, String reference) throws IOException {
        Instant end = run.endedAt();
        String status = run.state() == RunState.COMPLETED
                ? "FINISHED"
                : run.state() == RunState.CANCELLED ? "KILLED" : "FAILED";
        post(
                run,
                "runs/update",
                Map.of(
                        "run_id", reference,
                        "status", status,
                        "end_time", (end == null ? Instant.now() : end).toEpochMilli()));
    }

    private static Map<String, String> pair(String key, String value) {
        return Map.of("key", key, "value", value);
    }

    private JsonNode post(TrackedRun run, String call, Map<String, Object> body) throws IOException {
        byte[] bytes = EventCodec.json().writeValueAsBytes(body);
        Answer answer = send(
                run,
                call,
                request -> request.header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
        if (answer.missing()) {
            throw new IOException(
                    "MLflow at " + run.config().trackers().mlflow().trackingUri() + " does not know what " + call
                            + " names: " + answer.json().path("message").asString("no reason given"));
        }
        return answer.json();
    }

    private record Answer(int status, JsonNode json) {
        boolean missing() {
            return status == 404 && json.path("error_code").asString("").equals(MISSING);
        }
    }

    private interface Body {
        HttpRequest.Builder of(HttpRequest.Builder request);
    }

    private Answer send(TrackedRun run, String call, Body body) throws IOException {
        TrackersConfig.MlflowConfig config = run.config().trackers().mlflow();
        URI address = URI.create(config.trackingUri().replaceFirst("/+$", "") + "/api/2.0/mlflow/" + call);
        try {
            outbound.require("hone.trackers.mlflow.tracking_uri", address);
        } catch (InvalidConfigException e) {
            throw new IOException("The run's " + e.getMessage(), e);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(properties.timeout());
        String token = config.tokenEnv().isEmpty() ? null : System.getenv(config.tokenEnv());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response = http.send(body.of(request).build(), HttpResponse.BodyHandlers.ofString());
            Answer answer = new Answer(
                    response.statusCode(), json(ApiKey.without(token == null ? "" : token, response.body())));
            if (response.statusCode() / 100 != 2 && !answer.missing()) {
                throw new IOException("MLflow at " + config.trackingUri() + " answers " + call + " by "
                        + response.statusCode() + ": "
                        + answer.json().path("message").asString("no reason given"));
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while MLflow was told", e);
        } catch (java.net.ConnectException | java.net.http.HttpTimeoutException e) {
            throw new IOException("MLflow at " + config.trackingUri() + " does not answer; see that it is up.", e);
        }
    }

    private static JsonNode json(String body) {
        try {
            return EventCodec.json().readTree(body);
        } catch (JacksonException e) {
            return EventCodec.json().createObjectNode();
        }
    }
}
