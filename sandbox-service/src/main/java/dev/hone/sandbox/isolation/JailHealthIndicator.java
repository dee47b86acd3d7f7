package dev.hone.sandbox.isolation;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/// Part of readiness: up once a jail has passed its self-test, else down with what to install or to allow.
@Component
class JailHealthIndicator implements HealthIndicator {
    private final Jail jail;

    JailHealthIndicator(Jail jail, MeterRegistry meters) {
        this.jail = jail;
        Gauge.builder("sandbox.jail.ready", jail, it -> it.current().state() == Future.State.SUCCESS ? 1 : 0)
                .description("1 while a jail that passed its self-test is there; at 0 no code runs")
                .register(meters);
    }

    @Override
    public Health health() {
        CompletableFuture<JailProcess> current = jail.current();
        return switch (current.state()) {
            case SUCCESS ->
                Health.up().withDetail("isolation", jail.isolation()).build();
            case FAILED -> down(String.valueOf(current.exceptionNow().getMessage()));
            case RUNNING -> down("The jail is being set up and tested; this takes a second");
            case CANCELLED -> down("The service is stopping");
        };
    }

    private static Health down(String reason) {
        return Health.down().withDetail("reason", reason).build();
    }
}
