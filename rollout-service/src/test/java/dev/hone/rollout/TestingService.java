package dev.hone.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Topics;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.RolloutConfig;
import dev.hone.contracts.task.TaskIssued;
import dev.hone.messaging.TestInfrastructure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/// rollout-service with a real broker and a real database; the learner and the sandbox are fakes behind HTTP.
public final class TestingService implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    public final TestingServers servers = new TestingServers();
    private final ConfigurableApplicationContext context;
    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<EpisodeFinished> finished = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /// @param name of its database
    public TestingService(String name, Path cache, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "--ROLLOUT_DB_URL=" + TestInfrastructure.database(name),
                "--DB_PASSWORD=" + TestInfrastructure.password(),
                "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                "--LEARNER_URL=" + servers.url(),
                "--SANDBOX_URL=" + servers.url(),
                "--hone.rollout.learner.model-cache=" + cache,
                "--hone.rollout.lease=2s",
                "--PORT=0"));
        all.addAll(List.of(settings));
        context = RolloutApplication.builder().run(all.toArray(String[]::new));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestInfrastructure.brokers(),
                        "group.id",
                        "test-of-" + name,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(Topics.EPISODE_FINISHED));
    }

    public String url() {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /// Issues the first sample of a run's first group.
    public void issue(String run, RolloutConfig settings) {
        issue(TestingEpisodes.issued(run, 0, 0, 0, Instant.now().plusSeconds(300), settings));
    }

    public void issue(TaskIssued issued) {
        send(Topics.TASK_ISSUED, issued);
    }

    public void send(String topic, Event event) {
        producer.send(new ProducerRecord<>(topic, event.key(), EventCodec.encode(event)));
        producer.flush();
    }

    /// Waits until so many of the run's episodes have ended.
    public List<EpisodeFinished> awaitFinished(String run, int count) {
        await().atMost(PATIENCE).until(() -> {
            consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> finished.add(EventCodec.decode(record.value(), EpisodeFinished.class)));
            return of(run).size() >= count;
        });
        assertThat(of(run)).hasSize(count);
        return of(run);
    }

    private List<EpisodeFinished> of(String run) {
        return finished.stream()
                .filter(episode -> episode.episode().run().value().equals(run))
                .toList();
    }

    /// States of a run's attempts, in the order of their samples.
    public List<String> states(String run) {
        return bean(JdbcTemplate.class)
                .queryForList(
                        "select state from episode where run = ? order by task_group, sample, attempt",
                        String.class,
                        run);
    }

    /// What is there, as text.
    public String get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url() + path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /// Posts JSON.
    public HttpResponse<String> post(String address, String key, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(address))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
        context.close();
        servers.close();
        http.close();
    }
}
