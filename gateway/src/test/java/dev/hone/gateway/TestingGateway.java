package dev.hone.gateway;

import dev.hone.messaging.TestInfrastructure;
import org.springframework.context.ConfigurableApplicationContext;

/// One gateway for all tests of this JVM, with a real broker and database; the services behind it answer as a test
/// says.
/// It ends with the JVM.
final class TestingGateway {

    static final TestingServices SERVICES = new TestingServices();
    static final TestingEvents EVENTS = new TestingEvents();
    static final String ADDRESS = start();
    static final TestingApi API = new TestingApi(ADDRESS);

    private TestingGateway() {}

    private static String start() {
        String services = SERVICES.address();
        ConfigurableApplicationContext context = GatewayApplication.builder()
                .run(
                        "--GATEWAY_DB_URL=" + TestInfrastructure.database("gateway"),
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--TASK_URL=" + services,
                        "--ROLLOUT_URL=" + services,
                        "--JUDGE_URL=" + services,
                        "--LEARNER_URL=" + services,
                        "--PORT=0");
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }
}
