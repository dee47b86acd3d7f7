package dev.hone.bench;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Topics;
import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.EmbeddedPostgres;
import dev.hone.embedded.FreePort;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The embedded broker and database server in a process of their own, or each in one, for services that run as
/// processes of theirs. Prints one line of JSON, the environment that leads services to them, and runs until it is
/// killed.
@Command(name = "servers", mixinStandardHelpOptions = true, showDefaultValues = true)
final class Servers implements Callable<Integer> {

    @Option(names = "--folder", required = true, description = "what both keep")
    private Path folder = Path.of("");

    @Option(names = "--partitions", description = "of each topic")
    private int partitions = 16;

    @Option(names = "--kafka", description = "port of the broker; 0: a free one, -1: no broker")
    private int kafkaPort;

    @Option(names = "--postgres", description = "port of the database server; 0: a free one, -1: no database server")
    private int postgresPort;

    public static void main(String[] arguments) {
        int code = new CommandLine(new Servers()).execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() throws Exception {
        Map<String, String> environment = new LinkedHashMap<>();
        if (postgresPort >= 0) {
            startPostgres(environment);
        }
        if (kafkaPort >= 0) {
            startKafka(environment);
        }
        System.out.println(EventCodec.json().writeValueAsString(environment));
        // The database server is a process of its own and holds nobody here.
        Thread.currentThread().join();
        return 0;
    }

    private static int port(int asked) {
        return asked == 0 ? FreePort.next() : asked;
    }

    private void startPostgres(Map<String, String> environment) {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"), port(postgresPort));
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
        environment.put("DB_PASSWORD", postgres.password());
        for (String service : List.of("task", "rollout", "judge", "learner", "gateway")) {
            environment.put(service.toUpperCase(Locale.ROOT) + "_DB_URL", postgres.url(service));
        }
    }

    private void startKafka(Map<String, String> environment) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), port(kafkaPort));
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.brokers()))) {
            Set<String> there = admin.listTopics().names().get();
            admin.createTopics(Topics.ALL.stream()
                            .filter(topic -> !there.contains(topic))
                            .map(topic -> new NewTopic(topic, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        environment.put("KAFKA_BROKERS", kafka.brokers());
        environment.put("HONE_PARTITIONS", Integer.toString(partitions));
    }
}
