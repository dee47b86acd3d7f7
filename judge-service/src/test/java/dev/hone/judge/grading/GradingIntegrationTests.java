package dev.hone.judge.grading;

import static dev.hone.judge.TestingEpisodes.MATH_AGENT;
import static dev.hone.judge.TestingEpisodes.episode;
import static dev.hone.judge.TestingEpisodes.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.judge.JudgeApplication;
import dev.hone.messaging.TestInfrastructure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/// From a finished episode in Kafka to its verdict in Kafka and over HTTP, with a real broker and a real database.
class GradingIntegrationTests {

    private static ConfigurableApplicationContext context;
    private static String address;

    @BeforeAll
    static void start() {
        context = JudgeApplication.builder()
                .run(
                        "--JUDGE_DB_URL=" + TestInfrastructure.database("judge"),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--PORT=0");
        address = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void anEpisodeDeliveredTwiceGetsOneVerdict() throws Exception {
        EpisodeFinished first = episode(0, MATH_AGENT, "#### 1,234", says("\\boxed{1234}"));
        EpisodeFinished second = episode(1, MATH_AGENT, "#### 1,234", says("\\boxed{7}"));
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", TestInfrastructure.brokers()),
                        new StringSerializer(),
                        new ByteArraySerializer());
                KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                TestInfrastructure.brokers(),
                                "group.id",
                                "grading-test",
                                "auto.offset.reset",
                                "earliest"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.EPISODE_JUDGED));
            for (EpisodeFinished event : List.of(first, first, second)) {
                producer.send(new ProducerRecord<>(Topics.EPISODE_FINISHED, event.key(), EventCodec.encode(event)));
            }
            producer.flush();
            List<EpisodeJudged> judged = new ArrayList<>();
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> judged.add(EventCodec.decode(record.value(), EpisodeJudged.class)));
                return judged.stream().anyMatch(event -> event.episode().attempt() == 1);
            });
            assertThat(judged).extracting(event -> event.episode().attempt()).containsExactly(0, 1);
            assertThat(judged).extracting(event -> event.verdict().reward()).containsExactly(1.0, 0.2);
        }
        HttpResponse<String> verdict = get("/api/v1/runs/run-1/episodes/train/1/2/3/verdict");
        assertThat(verdict.statusCode()).isEqualTo(200);
        assertThat(EventCodec.json()
                        .readValue(verdict.body(), EpisodeJudged.class)
                        .episode())
                .isEqualTo(second.episode());
        HttpResponse<String> none = get("/api/v1/runs/run-1/episodes/train/9/2/3/verdict");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).contains("run-1/train/9/2/3 has no verdict");
        assertThat(get("/actuator/prometheus").body()).contains("hone_judge_verdicts_total", "hone_judge_reward");
    }

    private static HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(address + path)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
