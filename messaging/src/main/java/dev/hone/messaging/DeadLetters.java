package dev.hone.messaging;

import dev.hone.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Messages that a reader could not handle and that lie in `error.<topic>.<group>` ([FailedDeliveries]): what they are,
/// and the way back. What was sent back is not listed again: a consumer group's offsets say how far that went.
public class DeadLetters {

    /// Header with why a message was not handled, in words.
    static final String REASON = "hone-reason";

    private static final String GROUP = "hone.dead-letters";
    private static final String PREFIX = "error.";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LISTED = 100;

    private final String brokers;
    private final Supplier<Producer<String, byte[]>> producers;

    /// @param producers of producers that this object closes
    DeadLetters(String brokers, Supplier<Producer<String, byte[]>> producers) {
        this.brokers = brokers;
        this.producers = producers;
    }

    /// The dead letters of one topic and one of its readers.
    ///
    /// @param topic where they lie
    /// @param origin the topic that they came from
    /// @param reader the consumer group that could not handle them
    /// @param waiting how many
    /// @param letters the first hundred
    public record Box(String topic, String origin, String reader, long waiting, List<Letter> letters) {

        public Box {
            letters = List.copyOf(letters);
        }
    }

    /// @param key of the event: a run or a group
    /// @param id of the message; empty if it has none
    /// @param reason why it was not handled
    /// @param at when
    public record Letter(String key, String id, String reason, Instant at) {}

    /// The topics with dead letters that wait, by name.
    ///
    /// @throws KafkaException if the broker does not answer
    public List<Box> list() {
        try (KafkaConsumer<String, byte[]> consumer = consumer()) {
            List<Box> boxes = new ArrayList<>();
            for (String topic : topics(consumer)) {
                List<Letter> letters = new ArrayList<>();
                long waiting = read(consumer, topic, LISTED, record -> letters.add(letter(record)));
                if (waiting > 0) {
                    String origin = origin(topic);
                    boxes.add(new Box(
                            topic, origin, topic.substring(PREFIX.length() + origin.length() + 1), waiting, letters));
                }
            }
            return boxes;
        }
    }

    /// Sends what waits in a topic to the one that it came from, under the ids that it had: readers that have handled
    /// it drop it. If this is cut off, the next call sends it again.
    ///
    /// @param topic one of [#list()]
    /// @return how many
    /// @throws IllegalArgumentException if there is no such topic
    /// @throws KafkaException if the broker does not answer
    public long replay(String topic) {
        try (KafkaConsumer<String, byte[]> consumer = consumer();
                Producer<String, byte[]> producer = producers.get()) {
            if (!topics(consumer).contains(topic)) {
                throw new IllegalArgumentException("There is no topic of dead letters '" + topic
                        + "'; it is called error.<topic>.<reader>, as GET /api/v1/dead-letters lists it.");
            }
            List<Future<?>> sent = new ArrayList<>();
            read(consumer, topic, Integer.MAX_VALUE, record -> sent.add(producer.send(again(record))));
            producer.flush();
            for (Future<?> one : sent) {
                one.get();
            }
            Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
            consumer.assignment()
                    .forEach(partition -> done.put(partition, new OffsetAndMetadata(consumer.position(partition))));
            consumer.commitSync(done, PATIENCE);
            return sent.size();
        } catch (ExecutionException e) {
            throw new KafkaException("Dead letters of " + topic + " could not be sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted; dead letters of " + topic + " stay", e);
        }
    }

    private KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        brokers,
                        ConsumerConfig.GROUP_ID_CONFIG,
                        GROUP,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) PATIENCE.toMillis()),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private static Set<String> topics(KafkaConsumer<String, byte[]> consumer) {
        Set<String> topics = new TreeSet<>();
        for (String topic : consumer.listTopics(PATIENCE).keySet()) {
            if (topic.startsWith(PREFIX) && !origin(topic).isEmpty()) {
                topics.add(topic);
            }
        }
        return topics;
    }

    /// The topic that dead letters came from; empty if it is none of Hone's.
    private static String origin(String topic) {
        return Topics.ALL.stream()
                .filter(one -> topic.startsWith(PREFIX + one + "."))
                .findFirst()
                .orElse("");
    }

    /// Hands what waits at this moment to the taker, at most so many.
    ///
    /// @return how many wait
    private static long read(
            KafkaConsumer<String, byte[]> consumer,
            String topic,
            int most,
            Consumer<ConsumerRecord<String, byte[]>> taker) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo partition : consumer.partitionsFor(topic, PATIENCE)) {
            partitions.add(new TopicPartition(topic, partition.partition()));
        }
        consumer.assign(partitions);
        long waiting = 0;
        for (Map.Entry<TopicPartition, Long> end :
                consumer.endOffsets(partitions, PATIENCE).entrySet()) {
            waiting += end.getValue() - consumer.position(end.getKey(), PATIENCE);
        }
        long taken = 0;
        while (taken < Math.min(most, waiting)) {
            ConsumerRecords<String, byte[]> records = consumer.poll(PATIENCE);
            if (records.isEmpty()) {
                break; // gone meanwhile, for their age or size
            }
            for (ConsumerRecord<String, byte[]> record : records) {
                if (taken < most) {
                    taker.accept(record);
                }
                taken++;
            }
        }
        return waiting;
    }

    private static Letter letter(ConsumerRecord<String, byte[]> record) {
        return new Letter(
                String.valueOf(record.key()),
                text(record, EventConsumers.MESSAGE_ID),
                text(record, REASON),
                Instant.ofEpochMilli(record.timestamp()));
    }

    private static String text(ConsumerRecord<String, byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static ProducerRecord<String, byte[]> again(ConsumerRecord<String, byte[]> record) {
        ProducerRecord<String, byte[]> again =
                new ProducerRecord<>(origin(record.topic()), record.key(), record.value());
        Header id = record.headers().lastHeader(EventConsumers.MESSAGE_ID);
        if (id != null) {
            again.headers().add(id);
        }
        return again;
    }
}
