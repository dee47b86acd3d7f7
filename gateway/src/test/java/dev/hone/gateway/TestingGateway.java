package dev.hone.gateway;

import dev.hone.messaging.TestInfrastructure;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;

/// One gateway for all tests of this JVM, with a real broker and database; the services behind it answer as a test
/// says.
/// It ends with the JVM.
final class TestingGateway {

    private static final List<String> INPUTS = List.of(
            "taskRunReported",
            "learnerRunReported",
            "stepCompleted",
            "policyUpdated",
            "episodeFinished",
            "episodeJudged",
            "groupClosed");

    static final TestingServices SERVICES = new TestingServices();
    static final TestingEvents EVENTS = new TestingEvents();
    static final String ADDRESS = start();
    static final TestingApi API = new TestingApi(ADDRESS);

    private TestingGateway() {}

    private static String start() {
        return address(start("gateway", SERVICES, List.of("--hone.quota.runs=crowded=2")));
    }

    /// A gateway of one's own: with a database of that name, and consumer groups of its own, so that it and the others
    /// of this JVM each hear everything.
    static ConfigurableApplicationContext another(String name, TestingServices services, String... settings) {
        List<String> own = new ArrayList<>(List.of(settings));
        INPUTS.forEach(
                input -> own.add("--spring.cloud.stream.bindings." + input + "-in-0.group=" + name + "." + input));
        return start(name, services, own);
    }

    static String address(ConfigurableApplicationContext context) {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }

    private static ConfigurableApplicationContext start(String database, TestingServices services, List<String> more) {
        String address = services.address();
        List<String> settings = new ArrayList<>(List.of(
                "--GATEWAY_DB_URL=" + TestInfrastructure.database(database),
                "--DB_PASSWORD=" + TestInfrastructure.password(),
                "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                "--TASK_URL=" + address,
                "--ROLLOUT_URL=" + address,
                "--JUDGE_URL=" + address,
                "--LEARNER_URL=" + address,
                "--PORT=0"));
        settings.addAll(more);
        return GatewayApplication.builder().run(settings.toArray(String[]::new));
    }
}
