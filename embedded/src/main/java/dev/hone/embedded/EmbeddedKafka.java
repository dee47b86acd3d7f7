package dev.hone.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/// Kafka's own server (KRaft, broker and controller in one) in this process, on loopback, with its log in a folder.
public final class EmbeddedKafka implements AutoCloseable {

    /// Largest message in bytes; messaging.yml sets the same for clients.
    private static final String MAX_MESSAGE_BYTES = Integer.toString(16 << 20);

    private final KafkaRaftServer server;
    private final String brokers;

    private EmbeddedKafka(KafkaRaftServer server, String brokers) {
        this.server = server;
        this.brokers = brokers;
    }

    /// Starts a broker on free ports.
    ///
    /// @param folder kept between starts
    public static EmbeddedKafka start(Path folder) {
        return start(folder, FreePort.next());
    }

    /// Starts a broker for clients that know its port.
    ///
    /// @param folder kept between starts
    public static EmbeddedKafka start(Path folder, int port) {
        int controllerPort = FreePort.next();
        try {
            Files.createDirectories(folder);
            if (!Files.exists(folder.resolve("meta.properties"))) {
                format(folder);
            }
        } catch (Exception e) {
            throw new IllegalStateException("Kafka's folder " + folder + " cannot be prepared: " + e.getMessage(), e);
        }
        KafkaRaftServer server =
                new KafkaRaftServer(new KafkaConfig(properties(folder, port, controllerPort), false), Time.SYSTEM);
        EmbeddedKafka kafka = new EmbeddedKafka(server, "127.0.0.1:" + port);
        try {
            server.startup();
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
        return kafka;
    }

    private static void format(Path folder) throws Exception {
        try (PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(silent)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .setMetadataLogDirectory(folder.toString())
                    .addDirectory(folder.toString())
                    .setIgnoreFormatted(true)
                    .run();
        }
    }

    private static Map<String, String> properties(Path folder, int port, int controllerPort) {
        Map<String, String> p = new HashMap<>();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        p.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        p.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        p.put("log.dirs", folder.toString());
        p.put("num.partitions", "4");
        p.put("auto.create.topics.enable", "false");
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("transaction.state.log.num.partitions", "2");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("share.coordinator.state.topic.num.partitions", "2");
        // A broker killed with -9 holds its session; short ones let the next start at once.
        p.put("broker.session.timeout.ms", "4000");
        p.put("broker.heartbeat.interval.ms", "1000");
        p.put("group.initial.rebalance.delay.ms", "0");
        p.put("log.cleaner.dedupe.buffer.size", "2097152");
        p.put("message.max.bytes", MAX_MESSAGE_BYTES);
        p.put("replica.fetch.max.bytes", MAX_MESSAGE_BYTES);
        // No event goes because of its age: whoever reads it may have been away. Size bounds the disk: docs/events.md.
        p.put("log.retention.ms", "-1");
        p.put("log.retention.bytes", Integer.toString(1 << 30));
        p.put("log.segment.bytes", Integer.toString(1 << 27));
        p.put("offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE));
        return p;
    }

    /// `host:port` for clients.
    public String brokers() {
        return brokers;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
