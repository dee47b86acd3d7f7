package dev.hone.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.gateway.TestingDoor;
import dev.hone.gateway.access.Caller;
import dev.hone.gateway.access.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class AuditLogIntegrationTests {

    private Instant now = Instant.parse("2026-01-01T00:00:05Z");

    private final AuditLog log = new AuditLog(JdbcClient.create(TestingDoor.tables()), new SteppedClock());

    private final class SteppedClock extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return InstantSource.fixed(now).withZone(zone);
        }
    }

    private static long rows(String path) {
        return TestingDoor.tables().queryForObject("select count(*) from audit where path = ?", Long.class, path);
    }

    private void refuse(String path, int times) {
        for (int i = 0; i < times; i++) {
            log.add(Optional.empty(), new AuditLog.Asked("10.0.0.1", "GET", path), 401);
        }
    }

    @Test
    void strangersDoNotFillItAndAreCounted() {
        refuse("/flood", AuditLog.FLOOD + 41);
        assertThat(rows("/flood")).isEqualTo(AuditLog.FLOOD);
        log.add(
                Optional.of(new Caller("key/a", "flooded", Role.VIEWER)),
                new AuditLog.Asked("10.0.0.2", "POST", "/flood"),
                403);
        assertThat(rows("/flood")).isEqualTo(AuditLog.FLOOD + 1);
        now = now.plusSeconds(60);
        refuse("/flood", 1);
        assertThat(rows("/flood")).isEqualTo(AuditLog.FLOOD + 2);
        assertThat(TestingDoor.tables()
                        .queryForObject(
                                "select times from audit where at = '2026-01-01T00:00:00Z' and times > 1", Long.class))
                .isEqualTo(41);
    }

    @Test
    void aLongPathIsCut() {
        refuse("/" + "x".repeat(2000), 1);
        assertThat(rows("/" + "x".repeat(499))).isEqualTo(1);
    }
}
