package dev.hone.bench;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Topics;
import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The embedded broker and database server in a process of their own, for services that run as processes of theirs.
/// Prints one line of JSON, the environment that leads services to them, and runs until it is killed.
@Command(name = "servers", mixinStandardHelpOptions = true, showDefaultValues = true)
final class Servers implements Callable<Integer> {

    @Option(names = "--folder", required = true, description = "what both keep")
    private Path folder = Path.of("");

    @Option(names = "--partitions", description = "of each topic")
    private int partitions = 16;

    public static void main(String[] arguments) {
        int code = new CommandLine(new Servers()).execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() throws Exception {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
        EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            kafka.close();
            postgres.close();
        }));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.brokers()))) {
            admin.createTopics(Topics.ALL.stream()
                            .map(topic -> new NewTopic(topic, partitions, (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("KAFKA_BROKERS", kafka.brokers());
        environment.put("HONE_PARTITIONS", Integer.toString(partitions));
        environment.put("DB_PASSWORD", postgres.password());
        for (String service : List.of("task", "rollout", "judge", "learner", "gateway")) {
            environment.put(service.toUpperCase(Locale.ROOT) + "_DB_URL", postgres.url(service));
        }
        System.out.println(EventCodec.json().writeValueAsString(environment));
        return 0;
    }
}
