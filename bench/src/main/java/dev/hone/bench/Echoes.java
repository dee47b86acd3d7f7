package dev.hone.bench;

import dev.hone.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Sends every event that comes once more: under an id of its own, so that no inbox knows it, after a while that
/// differs
/// from event to event, so that they come late and in another order. Says each second how many it has sent and how many
/// wait.
@Command(name = "echoes", mixinStandardHelpOptions = true, showDefaultValues = true)
final class Echoes implements Callable<Integer> {

    /// Marks an event that came again.
    private static final String ECHO = "echo";

    @Option(names = "--brokers", required = true, description = "host:port of the broker")
    private String brokers = "";

    @Option(names = "--seed", description = "of the delays")
    private long seed;

    @Option(names = "--longest-millis", description = "after which an event comes again at the latest")
    private int longestMillis = 30_000;

    private record Due(long nanos, ConsumerRecord<String, byte[]> record) {}

    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparingLong(Due::nanos));
    private long sent;

    public static void main(String[] arguments) {
        int code = new CommandLine(new Echoes()).execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() {
        Random delays = new Random(seed);
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", brokers, "group.id", "bench.echoes", "enable.auto.commit", "false"),
                        new StringDeserializer(),
                        new ByteArrayDeserializer());
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", brokers, "max.request.size", 16 << 20, "compression.type", "lz4"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            consumer.subscribe(Topics.ALL);
            long tellAt = System.nanoTime();
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                    if (record.headers().lastHeader(ECHO) == null) {
                        long delay = TimeUnit.MILLISECONDS.toNanos(delays.nextInt(longestMillis));
                        waiting.add(new Due(System.nanoTime() + delay, record));
                    }
                }
                while (!waiting.isEmpty() && waiting.element().nanos() - System.nanoTime() <= 0) {
                    producer.send(again(waiting.remove().record()));
                    sent++;
                }
                if (System.nanoTime() - tellAt >= 0) {
                    producer.flush();
                    System.out.println("sent " + sent + ", waiting " + waiting.size());
                    tellAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
                }
            }
        }
    }

    private static ProducerRecord<String, byte[]> again(ConsumerRecord<String, byte[]> record) {
        ProducerRecord<String, byte[]> again = new ProducerRecord<>(record.topic(), record.key(), record.value());
        again.headers().add("hone-message-id", UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII));
        again.headers().add(ECHO, new byte[0]);
        return again;
    }
}
