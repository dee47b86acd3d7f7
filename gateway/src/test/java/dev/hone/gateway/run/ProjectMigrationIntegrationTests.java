package dev.hone.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.messaging.TestInfrastructure;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// A database of the version before there were projects.
class ProjectMigrationIntegrationTests {

    @Test
    void runsThatWereThereBelongToTheProjectOfTheirFile() {
        DriverManagerDataSource source = new DriverManagerDataSource(
                TestInfrastructure.database("projects"), "postgres", TestInfrastructure.password());
        FluentConfiguration flyway =
                Flyway.configure().dataSource(source).locations("classpath:db/messaging", "classpath:db/gateway");
        flyway.target("5").load().migrate();
        JdbcClient jdbc = JdbcClient.create(source);
        String config = EventCodec.json()
                .writeValueAsString(RunConfigReader.read("hone: {project_name: Old Project, model: {path: m}}")
                        .config());
        jdbc.sql("""
                        insert into run (name, config, warnings, state, task_prepared, learner_prepared,
                            last_phase_done, exported, step, submitted_at)
                        values ('old', ?, '', 'COMPLETED', true, true, true, true, 1, now())""").param(config).update();
        flyway.target("latest").load().migrate();
        assertThat(jdbc.sql("select project from run where name = 'old'")
                        .query((row, number) -> row.getString(1))
                        .list())
                .containsExactly("Old Project");
    }
}
