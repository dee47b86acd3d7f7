package dev.hone.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// A service's database as an earlier release left it, to plant rows in and to start today's service on.
public final class TestingEarlierDatabase {

    private static final Path EARLIER_EVENTS = Path.of("../contracts/src/test/resources/golden/earlier");

    private final String service;
    private final String url;
    private final JdbcTemplate jdbc;

    /// A fresh one.
    ///
    /// @param service whose, as its folder of migrations is called: `task`
    /// @param version of its newest migration then: `1`
    public TestingEarlierDatabase(String service, String version) {
        this.service = service;
        this.url = TestInfrastructure.database(service + "-earlier");
        this.jdbc = new JdbcTemplate(new DriverManagerDataSource(url, "postgres", TestInfrastructure.password()));
        migrate(version);
    }

    /// Takes it on to another release.
    public void migrate(String version) {
        Flyway.configure()
                .dataSource(url, "postgres", TestInfrastructure.password())
                .locations("classpath:db/messaging", "classpath:db/" + service)
                .target(version)
                .load()
                .migrate();
    }

    /// Plants rows.
    public void plant(String sql, Object... values) {
        jdbc.update(sql, values);
    }

    public String url() {
        return url;
    }

    /// A file of what an earlier release wrote, `task.task-issued.v1.train.1.json` for one.
    public static byte[] event(String file) {
        try {
            return Files.readAllBytes(EARLIER_EVENTS.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
