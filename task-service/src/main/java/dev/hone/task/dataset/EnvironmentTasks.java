package dev.hone.task.dataset;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.TaskReaderConfig.EnvironmentService;
import dev.hone.contracts.task.TaskEnvironment;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The tasks that a service of environments lists (docs/env-service.md), page by page: a row has the task's metadata,
/// its `query`, and its name at the service.
record EnvironmentTasks(String key, EnvironmentService service, String split, Outbound outbound) implements RowSource {

    /// Column of what the agent is asked.
    static final String QUERY = "query";

    private static final int PAGE = 500;
    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(500);

    /// Bytes of a page.
    private static final int LONGEST_PAGE = 64 << 20;

    @Override
    public void read(Predicate<Row> wantsMore) {
        Set<String> seen = new HashSet<>();
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
            for (JsonNode page = page(http, 0); !page.isEmpty(); page = page(http, seen.size())) {
                for (JsonNode task : page) {
                    if (!wantsMore.test(row(task, seen))) {
                        return;
                    }
                }
            }
        }
    }

    private Row row(JsonNode task, Set<String> seen) {
        String id = task.path("task_id").asString("");
        String where = this + ", task " + seen.size();
        if (id.isEmpty() || !seen.add(id)) {
            throw new DatasetException(
                    key,
                    where + (id.isEmpty() ? " has no task_id" : " has the task_id '" + id + "' of an earlier one")
                            + "; let the service name each task, no two alike.");
        }
        Map<String, String> columns =
                new LinkedHashMap<>(JsonRow.of(where, task.path("metadata")).columns());
        columns.put(QUERY, task.path("query").asString(""));
        columns.put(TaskEnvironment.TASK_ID, id);
        return new Row(where + " ('" + id + "')", columns);
    }

    private JsonNode page(HttpClient http, int offset) {
        URI address = URI.create(service.envUrl().replaceAll("/+$", "") + "/v1/tasks?env_type="
                + encoded(service.envType()) + "&split=" + encoded(split) + "&offset=" + offset + "&limit=" + PAGE);
        try {
            outbound.require(key, address);
        } catch (InvalidConfigException e) {
            throw new DatasetException(key, String.valueOf(e.getMessage()), e);
        }
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(Duration.ofNanos(Math.round(service.callTimeout() * 1e9)))
                .build();
        RetryTemplate template = new RetryTemplate(RetryPolicy.builder()
                .maxRetries(ATTEMPTS - 1)
                .delay(PAUSE)
                .includes(IOException.class)
                .build());
        try {
            return template.execute(() -> ask(http, request));
        } catch (RetryException e) {
            switch (e.getCause()) {
                case IOException failure -> throw none(address, failure.toString());
                case DatasetException known -> throw known;
                case InterruptedException interrupted -> {
                    Thread.currentThread().interrupt();
                    throw new DatasetException(
                            key, "Reading " + address + " was interrupted; submit the run again.", interrupted);
                }
                default -> throw new IllegalStateException(e);
            }
        }
    }

    /// @throws IOException if it may answer another time
    private JsonNode ask(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        URI address = request.uri();
        HttpResponse<byte[]> answer = http.send(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LONGEST_PAGE));
        int status = answer.statusCode();
        if (status == 200) {
            try {
                return tasks(EventCodec.json().readTree(answer.body()), address);
            } catch (JacksonException e) {
                throw new DatasetException(
                        key,
                        address + " answered no JSON: " + e.getOriginalMessage() + "; see docs/env-service.md.",
                        e);
            }
        }
        String cause = "it answered " + status + " " + shown(answer.body());
        if (status >= 500 || status == 429) {
            throw new IOException(cause);
        }
        throw none(address, cause);
    }

    private DatasetException none(URI address, String cause) {
        return new DatasetException(
                key,
                address + " gave no tasks: " + cause
                        + "; see that the service runs and knows this env_type and split (docs/env-service.md).");
    }

    private JsonNode tasks(JsonNode answer, URI address) {
        JsonNode tasks = answer.path("tasks");
        if (!tasks.isArray()) {
            throw new DatasetException(
                    key, address + " answered without a list 'tasks'; see docs/env-service.md for what it has to say.");
        }
        return tasks;
    }

    private static String shown(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        return text.length() <= 300 ? text : text.substring(0, 300) + "…";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return service.envUrl() + ", split '" + split + "'";
    }
}
