package dev.hone.task.task;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/// How far the system's clock was set on or back, or stood on while the machine slept: its way beyond the time that has
/// passed by a clock that nobody sets. Small steps, as time synchronisation makes, do not count.
final class ClockJumps {

    private static final Duration SMALLEST = Duration.ofSeconds(10);

    private final Clock clock;
    private final LongSupplier nanos;
    private Instant last;
    private long lastNanos;

    /// @param nanos a clock that only counts, as [System#nanoTime()]
    ClockJumps(Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        this.last = clock.instant();
        this.lastNanos = nanos.getAsLong();
    }

    /// The jump since the last call, or since this object was made; zero if there was none.
    synchronized Duration next() {
        Instant now = clock.instant();
        long nowNanos = nanos.getAsLong();
        Duration jump = Duration.between(last, now).minusNanos(nowNanos - lastNanos);
        last = now;
        lastNanos = nowNanos;
        return jump.abs().compareTo(SMALLEST) < 0 ? Duration.ZERO : jump;
    }
}
