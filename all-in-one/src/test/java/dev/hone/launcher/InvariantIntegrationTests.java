package dev.hone.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.embedded.EmbeddedPostgres;
import dev.hone.messaging.Invariant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/// Every invariant, on the services' own tables with sound rows in them, and on the same with something planted that
/// contradicts it. `invariants/sound.sql` and `planted.sql` have the rows, by service and by invariant.
class InvariantIntegrationTests {

    private static final Map<String, String> DATABASES = new HashMap<>();

    @TempDir
    private static Path folder;

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws IOException {
        postgres = EmbeddedPostgres.start(folder);
        for (Service service : Service.values()) {
            if (!service.stateful()) {
                continue;
            }
            String url = postgres.url(service.database());
            Flyway.configure()
                    .dataSource(url, EmbeddedPostgres.USER, postgres.password())
                    .locations("classpath:db/messaging", "classpath:db/" + service.database())
                    .load()
                    .migrate();
            DATABASES.put(service.module(), url);
            on(service.module(), jdbc -> {
                jdbc.execute(section("sound.sql", service.module()));
                jdbc.execute("commit");
            });
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    private interface Work {
        void on(JdbcTemplate jdbc) throws IOException;
    }

    /// Works on a service's database in a transaction that is rolled back.
    private static void on(String service, Work work) throws IOException {
        String url = Objects.requireNonNull(DATABASES.get(service));
        SingleConnectionDataSource connection =
                new SingleConnectionDataSource(url, EmbeddedPostgres.USER, postgres.password(), true);
        try {
            JdbcTemplate jdbc = new JdbcTemplate(connection);
            jdbc.execute("begin");
            work.on(jdbc);
            jdbc.execute("rollback");
        } finally {
            connection.destroy();
        }
    }

    /// The statements under the line `-- name` of a file.
    private static String section(String file, String name) throws IOException {
        String text = Files.readString(Path.of("src/test/resources/invariants", file));
        int begin = text.indexOf("-- " + name + "\n");
        assertThat(begin).as(file + " has rows for " + name).isNotNegative();
        int end = text.indexOf("\n-- ", begin + 1);
        return text.substring(begin, end < 0 ? text.length() : end);
    }

    private static List<String> violated(JdbcTemplate jdbc, String service) {
        return Invariant.of(service).stream()
                .filter(one -> one.check(jdbc).count() > 0)
                .map(Invariant::name)
                .toList();
    }

    @Test
    void soundRowsContradictNone() throws IOException {
        for (String service : DATABASES.keySet()) {
            on(service, jdbc -> assertThat(violated(jdbc, service)).as(service).isEmpty());
        }
    }

    @Test
    void namesAreUniqueAndEveryServiceWithADatabaseHasSome() {
        List<Invariant> all = Invariant.all();
        assertThat(all.stream().map(Invariant::name)).hasSizeGreaterThan(20).doesNotHaveDuplicates();
        assertThat(all.stream().map(Invariant::service))
                .contains(DATABASES.keySet().toArray(String[]::new));
    }

    static Stream<Invariant> invariants() {
        return Invariant.all().stream();
    }

    @ParameterizedTest
    @MethodSource("invariants")
    void plantedViolationIsFound(Invariant invariant) throws IOException {
        String service = DATABASES.containsKey(invariant.service()) ? invariant.service() : "task-service";
        on(service, jdbc -> {
            jdbc.execute(section("planted.sql", invariant.name()));
            assertThat(violated(jdbc, service)).contains(invariant.name());
            Invariant.Violations found = invariant.check(jdbc);
            assertThat(found.count()).isEqualTo(1);
            assertThat(found.example()).isNotBlank().doesNotContain("%s");
        });
    }
}
