package dev.hone.messaging;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/// Checks the service's invariants while it runs: down with what was found once one is violated, and
/// `hone.invariant.violations`. No part of readiness: what is wrong in a table does not get right by a restart.
///
/// It takes a hundredth of the database's time at most: a pause is at least a hundred times as long as the checks
/// before it took.
final class InvariantWatch implements SmartLifecycle, HealthIndicator {

    private static final Logger LOG = LoggerFactory.getLogger(InvariantWatch.class);
    private static final int SHARE = 100;

    private final List<Invariant> invariants;
    private final JdbcTemplate jdbc;
    private final Duration interval;
    private final Map<String, Invariant.Violations> found = new ConcurrentHashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Instant checkedAt;
    private volatile @Nullable String obstacle;
    private volatile @Nullable Thread thread;

    /// @param jdbc with a limit to the time of a query
    /// @param interval between two checks, at least
    InvariantWatch(List<Invariant> invariants, JdbcTemplate jdbc, Duration interval) {
        this.invariants = invariants;
        this.jdbc = jdbc;
        this.interval = interval;
    }

    /// Adds `hone.invariant.violations` for each invariant: what the newest check found, 0 before the first.
    void show(MeterRegistry meters) {
        for (Invariant invariant : invariants) {
            Gauge.builder("hone.invariant.violations", found, all -> count(all.get(invariant.name())))
                    .description("Rows that contradict an invariant of the service's database")
                    .tag("invariant", invariant.name())
                    .register(meters);
        }
    }

    private static long count(Invariant.@Nullable Violations violations) {
        return violations == null ? 0 : violations.count();
    }

    @Override
    public void start() {
        Thread watch = Thread.ofPlatform().daemon().name("invariants").unstarted(this::run);
        thread = watch;
        watch.start();
    }

    private void run() {
        Duration pause = interval;
        try {
            while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                long begin = System.nanoTime();
                check();
                Duration rest = Duration.ofNanos(System.nanoTime() - begin).multipliedBy(SHARE);
                pause = rest.compareTo(interval) > 0 ? rest : interval;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Checks each of them now. While the database does not answer what was found before stays.
    void check() {
        for (Invariant invariant : invariants) {
            try {
                Invariant.Violations now = invariant.check(jdbc);
                Invariant.Violations before = found.put(invariant.name(), now);
                if (now.count() > count(before)) {
                    LOG.error("Invariant {} is violated: {}", invariant.name(), sentence(invariant, now));
                }
            } catch (DataAccessException e) {
                obstacle = invariant.name() + " could not be checked: " + e.getMessage();
                LOG.debug("Invariant {} could not be checked", invariant.name(), e);
                return;
            }
        }
        obstacle = null;
        checkedAt = Instant.now();
    }

    private static String sentence(Invariant invariant, Invariant.Violations violations) {
        return invariant.about() + " Against it: " + violations.count() + ", for example " + violations.example()
                + ". See docs/runbook.md#honeinvariantviolated.";
    }

    @Override
    public Health health() {
        Map<String, Object> details = new LinkedHashMap<>();
        for (Invariant invariant : invariants) {
            Invariant.Violations violations = found.get(invariant.name());
            if (violations != null && violations.count() > 0) {
                details.put(invariant.name(), sentence(invariant, violations));
            }
        }
        Instant at = checkedAt;
        Health.Builder health = details.isEmpty() ? at == null ? Health.unknown() : Health.up() : Health.down();
        health.withDetails(details).withDetail("invariants", invariants.size());
        if (at != null) {
            health.withDetail("checked_at", at.toString());
        }
        String why = obstacle;
        if (why != null) {
            health.withDetail("obstacle", why);
        }
        return health.build();
    }

    @Override
    public void stop() {
        stopped.countDown();
        Thread watch = thread;
        thread = null;
        if (watch != null) {
            watch.interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
