package dev.hone.messaging;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// The servers in containers, of the images that `docker-compose.yml` names.
record ContainerServers(PostgreSQLContainer postgres, KafkaContainer kafka) implements TestServers {

    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final int MAX_CONNECTIONS = 300;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// Whether a container engine answers.
    static boolean possible() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /// Without a container engine this fails, it does not skip: who asks for containers wants to know.
    static ContainerServers start() {
        System.out.println("Tests run on containers; -Dhone.test.infrastructure=embedded would run them without.");
        PostgreSQLContainer postgres = new PostgreSQLContainer("postgres:17")
                .withUsername("postgres")
                .withDatabaseName("postgres")
                .withStartupTimeout(PATIENCE)
                .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=" + MAX_CONNECTIONS);
        KafkaContainer kafka = new KafkaContainer("apache/kafka:4.2.1")
                .withStartupTimeout(PATIENCE)
                .withEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(MAX_MESSAGE_BYTES))
                .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0");
        postgres.start();
        kafka.start();
        return new ContainerServers(postgres, kafka);
    }

    @Override
    public String createDatabase(String name) {
        try (Connection connection =
                        DriverManager.getConnection(postgres.getJdbcUrl(), postgres.getUsername(), password());
                Statement statement = connection.createStatement()) {
            statement.execute("create database \"" + name + "\"");
        } catch (SQLException e) {
            throw new IllegalStateException("Database " + name + " cannot be made: " + e.getMessage(), e);
        }
        return "jdbc:postgresql://" + postgres.getHost() + ":"
                + postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT) + "/" + name;
    }

    @Override
    public String password() {
        return postgres.getPassword();
    }

    @Override
    public String brokers() {
        return kafka.getBootstrapServers();
    }

    @Override
    public void close() {
        kafka.stop();
        postgres.stop();
    }
}
