package dev.hone.judge;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Topics;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.messaging.TestInfrastructure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/// The whole service over a real broker and a database of its own, spoken to over HTTP and Kafka.
public final class TestingJudgeService implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final HttpClient http = HttpClient.newHttpClient();

    private TestingJudgeService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static TestingJudgeService start() {
        return start(TestInfrastructure.database("judge"));
    }

    public static TestingJudgeService start(String database, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "--JUDGE_DB_URL=" + database,
                "--DB_PASSWORD=" + TestInfrastructure.password(),
                "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                "--PORT=0"));
        all.addAll(List.of(settings));
        return new TestingJudgeService(JudgeApplication.builder().run(all.toArray(String[]::new)));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public record Answer(int status, String body) {
        public JsonNode json() {
            return EventCodec.json().readTree(body);
        }
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(address(path)).GET());
    }

    public Answer post(String path, Object body) {
        return send(HttpRequest.newBuilder(address(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(EventCodec.json().writeValueAsString(body))));
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends finished episodes, as rollout-service does.
    public static void finish(List<EpisodeFinished> episodes) {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (EpisodeFinished event : episodes) {
                producer.send(new ProducerRecord<>(Topics.EPISODE_FINISHED, event.key(), EventCodec.encode(event)));
            }
            producer.flush();
        }
    }

    @Override
    public void close() {
        http.close();
        context.close();
    }
}
