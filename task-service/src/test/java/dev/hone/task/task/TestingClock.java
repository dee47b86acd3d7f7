package dev.hone.task.task;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// A clock that stands still until it is moved.
final class TestingClock extends Clock {

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile long nanos;

    /// Time passes.
    void forward(Duration by) {
        now = now.plus(by);
        nanos += by.toNanos();
    }

    /// Somebody sets the clock, on or back: no time passes.
    void set(Duration by) {
        now = now.plus(by);
    }

    /// Of a clock that nobody sets.
    long nanos() {
        return nanos;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
