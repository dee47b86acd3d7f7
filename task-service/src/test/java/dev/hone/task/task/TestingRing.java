package dev.hone.task.task;

import dev.hone.contracts.EpisodeKey;
import dev.hone.contracts.Event;
import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Failure;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.judge.EpisodeJudged;
import dev.hone.contracts.judge.Verdict;
import dev.hone.contracts.run.RunReported;
import dev.hone.contracts.task.GroupClosed;
import dev.hone.contracts.task.TaskIssued;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// The other services, as task-service sees them: what they send it and what it sends them, over a real broker.
final class TestingRing implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final List<Event> seen = new ArrayList<>();

    TestingRing(String brokers) {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new StringSerializer(), new ByteArraySerializer());
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        brokers,
                        "group.id",
                        "ring-" + UUID.randomUUID(),
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(Topics.TASK_ISSUED, Topics.GROUP_CLOSED, Topics.TASK_RUN_REPORTED));
    }

    /// Sends without a message id, so that nothing but the service itself can notice a repetition.
    void send(String topic, Event event) {
        producer.send(new ProducerRecord<>(topic, event.key(), EventCodec.encode(event)));
        producer.flush();
    }

    void judge(EpisodeKey episode, double reward) {
        Verdict verdict = new Verdict(reward, reward > 0.5, List.of(), Map.of(), reward > 0.5 ? "none" : "wrong");
        send(Topics.EPISODE_JUDGED, new EpisodeJudged(episode, verdict, null, Instant.EPOCH));
    }

    void fail(EpisodeKey episode, boolean retryable) {
        Failure failure = new Failure("generate-timeout", "No tokens for 120 s.", retryable);
        send(Topics.EPISODE_JUDGED, new EpisodeJudged(episode, null, failure, Instant.EPOCH));
    }

    /// Waits until the run has so many events of the type that match, and gives all of them.
    <E extends Event> List<E> await(Class<E> type, RunId run, int count, Predicate<E> matching) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            List<E> found = seen.stream()
                    .filter(type::isInstance)
                    .map(type::cast)
                    .filter(event ->
                            event.key().equals(run.value()) || event.key().startsWith(run + "/"))
                    .filter(matching)
                    .toList();
            if (found.size() >= count) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Run " + run + " has " + found.size() + " of " + count + " "
                        + type.getSimpleName() + " after " + PATIENCE + ": " + found);
            }
            poll(Duration.ofMillis(200));
        }
    }

    private void poll(Duration atMost) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(atMost)) {
            Class<? extends Event> type = switch (record.topic()) {
                case Topics.TASK_ISSUED -> TaskIssued.class;
                case Topics.GROUP_CLOSED -> GroupClosed.class;
                default -> RunReported.class;
            };
            seen.add(EventCodec.decode(record.value(), type));
        }
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
