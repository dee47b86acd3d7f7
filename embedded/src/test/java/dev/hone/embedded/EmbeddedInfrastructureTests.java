package dev.hone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedInfrastructureTests {

    @TempDir
    private Path folder;

    @Test
    void databaseKeepsItsRowsOverRestarts() throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            execute(postgres, "create table t(x int)", "insert into t values (42)");
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
                Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select x from t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void databaseLeftBehindByAKilledLauncherIsTakenOver() throws SQLException {
        EmbeddedPostgres orphan = EmbeddedPostgres.start(folder);
        execute(orphan, "create table t(x int)");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            execute(postgres, "insert into t values (1)");
        }
        assertThatThrownBy(() -> connect(orphan)).isInstanceOf(Exception.class);
    }

    @Test
    void brokerKeepsItsTopicsOverRestarts() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.brokers()))) {
            admin.createTopics(List.of(new NewTopic("kept", 2, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        int port = FreePort.next();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, port);
                Admin admin = Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + port))) {
            assertThat(kafka.brokers()).endsWith(":" + port);
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).contains("kept");
        }
    }

    @Test
    void brokerDropsNoEventAndNoOffsetForItsAge() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.brokers()))) {
            ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
            Config settings =
                    admin.describeConfigs(List.of(broker)).values().get(broker).get(30, TimeUnit.SECONDS);
            assertThat(settings.get("log.retention.ms").value()).isEqualTo("-1");
            assertThat(settings.get("log.retention.bytes").value()).isEqualTo("1073741824");
            assertThat(settings.get("offsets.retention.minutes").value()).isEqualTo("2147483647");
        }
    }

    @Test
    void dataDirectoryHasOneOwnerAtATime() {
        try (DataDirectory first = DataDirectory.open(folder)) {
            assertThatThrownBy(() -> DataDirectory.open(folder))
                    .isInstanceOf(DataDirectory.OccupiedException.class)
                    .hasMessageContaining(first.path().toString())
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid())
                    .hasMessageContaining("--data-dir");
        }
        DataDirectory.open(folder).close();
    }

    @Test
    void processesOfADataDirectoryAreTheOneThatHoldsItAndNoOther() throws IOException {
        assertThat(DataDirectory.processes(folder)).isEmpty();
        try (DataDirectory held = DataDirectory.open(folder)) {
            assertThat(DataDirectory.processes(held.path())).containsExactly(ProcessHandle.current());
            String another = ProcessHandle.current().pid() + " 2001-01-01T00:00:00Z";
            Files.writeString(folder.resolve("pid"), another);
            assertThat(DataDirectory.processes(held.path())).isEmpty();
        }
    }

    @Test
    void theGatewayOfADataDirectoryIsKnownAsLongAsItsProcessHoldsIt() throws IOException {
        URI address = URI.create("http://127.0.0.1:1234");
        assertThat(DataDirectory.gateway(folder)).isEmpty();
        try (DataDirectory held = DataDirectory.open(folder)) {
            assertThat(DataDirectory.gateway(folder)).isEmpty();
            held.announce(address);
            assertThat(DataDirectory.gateway(folder)).contains(address);
            assertThat(DataDirectory.processes(folder)).containsExactly(ProcessHandle.current());
            String another = ProcessHandle.current().pid() + " 2001-01-01T00:00:00Z\n" + address;
            Files.writeString(folder.resolve("pid"), another);
            assertThat(DataDirectory.gateway(folder)).isEmpty();
        }
        assertThat(DataDirectory.gateway(folder)).isEmpty();
    }

    @Test
    void databaseLeftBehindIsAProcessOfItsDirectory() {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("postgres"))) {
            assertThat(postgres.password()).isNotEmpty();
            assertThat(DataDirectory.processes(folder)).hasSize(1);
        }
        assertThat(DataDirectory.processes(folder)).isEmpty();
    }

    @Test
    void interruptedInitialisationIsMadeAgain() throws IOException, SQLException {
        Files.createDirectories(folder.resolve("data.unfinished"));
        Files.writeString(folder.resolve("data.unfinished/PG_VERSION"), "18");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder)) {
            execute(postgres, "create table t(x int)");
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.url("test"), EmbeddedPostgres.USER, postgres.password());
    }

    private static void execute(EmbeddedPostgres postgres, String... statements) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
