package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.hone.contracts.EventCodec;
import dev.hone.embedded.DataDirectory;
import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/// Every secret that a platform can be given, in a run whose judge and tracker both refuse theirs and repeat it in what
/// they answer: none may be anywhere afterwards. The run's name, which belongs everywhere, shows that each place is
/// really looked through.
@Tag("slow")
@Tag("nightly")
class SecretsIntegrationTests {

    private static final String RUN = "canary-7f3a1c";
    private static final int REFUSALS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Map<String, String> PLANTED = Map.of(
            "PLANTED_API_KEY", "planted-judge-key-0b5d2e",
            "PLANTED_TOKEN", "planted-tracker-token-9a41c7",
            "HF_TOKEN", "hf_planted_hub_token_77d0e1",
            "HONE_SERVICE_SECRET", "planted-service-secret-000000000000000042",
            "OPENAI_API_KEY", "sk-planted-unused-key-1f2e3d");

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    /// What is where: a place and its contents, in which a byte is a character.
    private final Map<String, Set<String>> found = new TreeMap<>();

    private void note(String place, byte[] content) {
        found.computeIfAbsent(place, any -> new HashSet<>()).add(new String(content, StandardCharsets.ISO_8859_1));
    }

    private void note(String place, String content) {
        note(place, content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void noSecretIsLoggedStoredToldOrShown() throws Exception {
        Path data = folder.resolve("data");
        List<String> shown = new CopyOnWriteArrayList<>();
        HttpServer refuses = refusing(shown);
        String address = "http://127.0.0.1:" + refuses.getAddress().getPort();
        TestingTerminal ended;
        try (TestingProcess process = TestingProcess.start(PLANTED, "serve", "all", "--data-dir", data.toString())) {
            await().atMost(PATIENCE).until(() -> DataDirectory.gateway(data).isPresent());
            URI gateway = DataDirectory.gateway(data).orElseThrow();
            HttpResponse<byte[]> begun = send(gateway, "/api/v1/runs", file(address));
            assertThat(begun.statusCode())
                    .as(new String(begun.body(), StandardCharsets.UTF_8))
                    .isEqualTo(201);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
                commandLines(process);
                String state =
                        json(gateway, "/api/v1/runs/" + RUN).path("state").asString();
                return Set.of("completed", "failed", "gate_failed").contains(state);
            });
            provoke(gateway, address);
            answers(gateway);
            await().atMost(PATIENCE).until(() -> shown.stream().anyMatch(line -> line.contains("mlflow")));
            process.stop();
            ended = process.end();
        } finally {
            refuses.stop(0);
        }
        note("output", String.join("\n", ended.out()) + String.join("\n", ended.err()));
        String password = Files.readString(data.resolve("postgres/password")).strip();
        files(data);
        tables(data);
        topics(data);

        assertThat(String.join("\n", shown))
                .as("both servers were shown their keys")
                .contains(PLANTED.get("PLANTED_API_KEY"), PLANTED.get("PLANTED_TOKEN"));
        assertThat(found.keySet()).contains("command lines", "output", "REST /actuator/health");
        assertThat(placesOf(RUN))
                .contains(
                        "file hone.log",
                        "REST /api/v1/runs",
                        "table gateway.run",
                        "table task.run",
                        "table rollout.episode")
                .contains("topic gateway.run-submitted.v1", "topic rollout.episode-finished.v1");
        Map<String, Set<String>> leaks = new TreeMap<>();
        Map<String, String> secrets = new HashMap<>(PLANTED);
        secrets.put("DB_PASSWORD", password);
        secrets.forEach((name, secret) -> {
            assertThat(secret).hasSizeGreaterThan(12);
            if (!placesOf(secret).isEmpty()) {
                leaks.put(name, placesOf(secret));
            }
        });
        assertThat(leaks).isEmpty();
    }

    private Set<String> placesOf(String text) {
        String hexadecimal = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        Set<String> places = new TreeSet<>();
        found.forEach((place, contents) -> {
            if (contents.stream().anyMatch(one -> one.contains(text) || one.contains(hexadecimal))) {
                places.add(place);
            }
        });
        return places;
    }

    /// A server that takes no key, and says which it was shown. As a judge's model it takes the one of the question
    /// that it is tried with, and after some refusals: an episode waits for its verdict as long as there is none.
    private static HttpServer refusing(List<String> shown) throws IOException {
        AtomicInteger refused = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            String key = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            shown.add(exchange.getRequestURI() + " " + key);
            boolean model = exchange.getRequestURI().getPath().startsWith("/v1");
            boolean trial = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    .contains("How much is 2 + 2?");
            boolean taken = trial || model && refused.incrementAndGet() > REFUSALS;
            String verdict = "{\"reason\": \"the same\", \"agrees\": true}";
            Map<String, Object> answer = taken
                    ? Map.of("choices", List.of(Map.of("finish_reason", "stop", "message", Map.of("content", verdict))))
                    : Map.of("message", "no use for " + key, "error", Map.of("message", "no use for " + key));
            byte[] said = EventCodec.json().writeValueAsBytes(answer);
            exchange.sendResponseHeaders(taken ? 200 : 401, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        return server;
    }

    /// The example's first problems, with references that are no numbers: the rule is unsure whatever the model
    /// answers.
    private Path problems() throws IOException {
        Path file = folder.resolve("problems.jsonl");
        if (!Files.exists(file)) {
            try (Stream<String> lines = Files.lines(TestingExample.TRAINING)) {
                Files.write(
                        file,
                        lines.limit(8)
                                .map(line -> line.replaceFirst("#### [^\"]*\"", "#### rather few\""))
                                .toList());
            }
        }
        return file;
    }

    private String file(String address) throws IOException {
        return TestingExample.yaml(RUN, 3)
                        .replace(TestingExample.TRAINING.toString(), problems().toString())
                        .replace(
                                TestingExample.VALIDATION.toString(), problems().toString())
                        .replace("max_validation_tasks: 8", "max_validation_tasks: 2")
                        .replace("train_batch_size: 4", "train_batch_size: 2")
                        .replace("num_repeat: 4", "num_repeat: 2")
                        .replace("total_training_steps: 2", "total_training_steps: 1")
                        .replace(
                                "judge_protocol: math_agent",
                                "judge_protocol: math_agent_llm\n    judge_timeout: 13\n    llm: {base_url: '" + address
                                        + "/v1', model: m, api_key_env: PLANTED_API_KEY, timeout: 10}")
                        .replace("max_env_worker: 1", "max_env_worker: 8")
                + "  trackers: {mlflow: {tracking_uri: '" + address + "', token_env: PLANTED_TOKEN}}\n";
    }

    /// Requests that fail, with secrets in them and without.
    private void provoke(URI gateway, String address) throws Exception {
        String secret = PLANTED.get("PLANTED_API_KEY");
        for (String file : List.of(
                file(address),
                file(address).replace(RUN, "canary-2").replace(address + "/v1", "https://me:" + secret + "@host/v1"),
                file(address)
                        .replace(RUN, "canary-3")
                        .replace("api_key_env: PLANTED_API_KEY", "api_key_env: " + secret),
                file(address).replace(RUN, "canary-4").replace("token_env: PLANTED_TOKEN", "token_env: " + secret),
                file(address).replace(RUN, "canary-5").replace("PLANTED_API_KEY", "UNSET_API_KEY"))) {
            HttpResponse<byte[]> refusal = send(gateway, "/api/v1/runs", file);
            assertThat(refusal.statusCode()).isIn(409, 422);
            note("REST refusals", refusal.body());
        }
    }

    /// What the API shows, address by address of its own description, and what is beside it.
    private void answers(URI gateway) throws Exception {
        JsonNode description = json(gateway, "/v3/api-docs");
        List<String> paths = new ArrayList<>(List.of(
                "/v3/api-docs", "/actuator/health", "/actuator/info", "/actuator/prometheus", "/", "/runs/" + RUN));
        description.path("paths").properties().stream()
                .filter(path -> path.getValue().has("get"))
                .map(Map.Entry::getKey)
                .forEach(paths::add);
        for (String path : paths) {
            String concrete =
                    path.replace("{run}", RUN).replace("{purpose}", "eval").replaceAll("\\{[^}]+}", "0");
            note("REST " + path, get(gateway, concrete + (concrete.endsWith("/events") ? "?follow=false" : "")));
        }
    }

    private void commandLines(TestingProcess process) {
        for (ProcessHandle one : process.family()) {
            try {
                note("command lines", Files.readAllBytes(Path.of("/proc/" + one.pid() + "/cmdline")));
            } catch (IOException e) {
                // it has ended
            }
        }
    }

    /// Files as they are, but for the one that holds the database's password.
    private void files(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path name = data.relativize(file);
                if (!name.equals(Path.of("postgres/password"))) {
                    note("file " + name, Files.readAllBytes(file));
                }
            }
        }
    }

    private void tables(Path data) {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data.resolve("postgres"))) {
            for (String database : List.of("task", "rollout", "judge", "learner", "gateway")) {
                JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(
                        postgres.url(database), EmbeddedPostgres.USER, postgres.password()));
                for (String table : jdbc.queryForList(
                        "select table_name from information_schema.tables where table_schema = 'public'",
                        String.class)) {
                    jdbc.queryForList("select t::text from \"" + table + "\" as t", String.class)
                            .forEach(row -> note("table " + database + "." + table, row));
                }
            }
        }
    }

    private void topics(Path data) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data.resolve("kafka"));
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka.brokers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().values().stream()
                    .flatMap(List::stream)
                    .map(one -> new TopicPartition(one.topic(), one.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    String topic = "topic " + record.topic();
                    note(topic, record.key() == null ? new byte[0] : record.key());
                    note(topic, record.value() == null ? new byte[0] : record.value());
                    record.headers()
                            .forEach(header -> note(
                                    topic,
                                    header.key() + "=" + new String(header.value(), StandardCharsets.ISO_8859_1)));
                });
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
    }

    private HttpResponse<byte[]> send(URI gateway, String path, String file) throws Exception {
        return http.send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Content-Type", "application/yaml")
                        .POST(HttpRequest.BodyPublishers.ofString(file))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private byte[] get(URI gateway, String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(gateway.resolve(path))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private JsonNode json(URI gateway, String path) throws Exception {
        return EventCodec.json().readTree(get(gateway, path));
    }
}
