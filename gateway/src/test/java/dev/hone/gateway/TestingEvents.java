package dev.hone.gateway;

import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.learner.StepCompleted;
import dev.hone.contracts.rollout.EpisodeFinished;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.task.Phase;
import dev.hone.contracts.task.Task;
import dev.hone.messaging.TestInfrastructure;
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

/// What the services behind the gateway tell over Kafka, and what the gateway tells.
final class TestingEvents implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", TestInfrastructure.brokers()),
            new StringSerializer(),
            new ByteArraySerializer());

    void step(RunId run, Phase phase, Map<String, Double> metrics) {
        tell(
                Topics.STEP_COMPLETED,
                new StepCompleted(run, phase, phase.step(), metrics, List.of(), List.of(), List.of(), NOW));
    }

    RunReported reported(RunId run, RunReported.State state, Map<String, String> facts) {
        return new RunReported(run, state, null, facts, NOW);
    }

    EpisodeKey episode(RunId run, int sample) {
        return new EpisodeKey(run, Purpose.TRAIN, 1, 0, sample, 0);
    }

    EpisodeJudged judged(RunId run, int sample, boolean success, double reward) {
        Map<String, Boolean> habits = Map.of(Verdict.MISSING_PRINT, false, Verdict.EARLY_ANSWER, !success);
        return new EpisodeJudged(
                episode(run, sample),
                new Verdict(reward, success, List.of(), habits, success ? "none" : "wrong"),
                null,
                NOW);
    }

    EpisodeJudged judged(EpisodeKey episode, Verdict verdict) {
        return new EpisodeJudged(episode, verdict, null, NOW);
    }

    EpisodeFinished finished(RunId run, int sample) {
        return finished(episode(run, sample), new Task("t", "How many?", Map.of("answer", "4")));
    }

    EpisodeFinished finished(EpisodeKey episode, Task task) {
        return new EpisodeFinished(
                episode,
                task,
                RunConfigReader.defaults().taskJudge(),
                null,
                Map.of(),
                List.of(),
                new byte[0],
                new EpisodeFinished.Usage(10, 20, 2, 1, 5, 5),
                NOW,
                NOW);
    }

    void tell(String topic, Event event) {
        producer.send(new ProducerRecord<>(topic, event.key(), EventCodec.encode(event)));
        producer.flush();
    }

    <E extends Event> E next(String topic, Class<E> type, String key) {
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        TestInfrastructure.brokers(),
                        "group.id",
                        "test-" + java.util.UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            List<E> found = new ArrayList<>();
            await().atMost(PATIENCE).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (key.equals(record.key())) {
                        found.add(EventCodec.decode(record.value(), type));
                    }
                });
                return !found.isEmpty();
            });
            return found.getFirst();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
