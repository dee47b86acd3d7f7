package dev.hone.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// What a service says of its invariants. That each is found when it is violated is all-in-one's test.
class InvariantWatchIntegrationTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private DriverManagerDataSource database;
    private JdbcTemplate jdbc;
    private InvariantWatch watch;

    @BeforeEach
    void prepare() {
        database = new DriverManagerDataSource(
                TestInfrastructure.database("invariants"), "postgres", TestInfrastructure.password());
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/messaging")
                .load()
                .migrate();
        jdbc = new JdbcTemplate(database);
        watch = new InvariantWatch(Invariant.of("none"), jdbc, Duration.ofDays(1));
        watch.show(meters);
    }

    @AfterEach
    void stop() {
        watch.stop();
    }

    private void violate() {
        jdbc.update("insert into outbox (message_id, topic, event_key, payload, created_at)"
                + " values (gen_random_uuid(), 'a.topic', 'key', '', now() - interval '1 hour')");
    }

    private double violations() {
        return meters.get("hone.invariant.violations")
                .tag("invariant", "outbox-flows")
                .gauge()
                .value();
    }

    @Test
    void isUnknownBeforeTheFirstCheckAndUpAfterASoundOne() {
        assertThat(watch.health().getStatus()).isEqualTo(Status.UNKNOWN);
        watch.check();
        assertThat(watch.health().getStatus()).isEqualTo(Status.UP);
        assertThat(watch.health().getDetails()).containsEntry("invariants", 1).containsKey("checked_at");
        assertThat(violations()).isZero();
    }

    @Test
    void violationIsToldInWordsAndCountedUntilItIsGone() {
        violate();
        violate();
        watch.check();
        Health health = watch.health();
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails().get("outbox-flows"))
                .asString()
                .contains(
                        "What a service has to tell is told soon. Against it: 2, for example event key for a.topic waits")
                .contains("docs/runbook.md#honeinvariantviolated");
        assertThat(violations()).isEqualTo(2);
        jdbc.update("delete from outbox");
        watch.check();
        assertThat(watch.health().getStatus()).isEqualTo(Status.UP);
        assertThat(violations()).isZero();
    }

    @Test
    void whileTheDatabaseIsAwayWhatWasFoundStaysAndTheObstacleIsTold() {
        violate();
        watch.check();
        String address = database.getUrl();
        database.setUrl("jdbc:postgresql://127.0.0.1:1/none");
        watch.check();
        assertThat(watch.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(watch.health().getDetails().get("obstacle"))
                .asString()
                .startsWith("outbox-flows could not be checked");
        database.setUrl(address);
        watch.check();
        assertThat(watch.health().getDetails()).doesNotContainKey("obstacle");
    }

    @Test
    void checksOnItsOwnWhileItRuns() {
        violate();
        InvariantWatch frequent = new InvariantWatch(Invariant.of("none"), jdbc, Duration.ofMillis(10));
        frequent.start();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> frequent.health().getStatus().equals(Status.DOWN));
        frequent.stop();
        assertThat(frequent.isRunning()).isFalse();
    }

    @Test
    void ofAServiceAreItsOwnAndThoseOfEveryOne() {
        assertThat(Invariant.of("judge-service").stream().map(Invariant::name))
                .containsExactly("outbox-flows", "verdicts-are-whole", "judged-once");
        assertThat(List.of(Invariant.of("none").getFirst().about()))
                .containsExactly("What a service has to tell is told soon.");
    }
}
