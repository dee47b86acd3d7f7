package dev.hone.sandbox.isolation;

import java.time.Duration;

/// Untrusted Python and the time that it may take.
///
/// @param code Python source
/// @param wall wall-clock limit, positive
/// @param cpu CPU limit, positive; the kernel counts whole seconds, so a fraction is rounded up
public record Snippet(String code, Duration wall, Duration cpu) {

    public Snippet {
        if (wall.isNegative() || wall.isZero() || cpu.isNegative() || cpu.isZero()) {
            throw new IllegalArgumentException(
                    "The limits are wall %s and cpu %s; give positive durations".formatted(wall, cpu));
        }
    }

    double wallSeconds() {
        return wall.toNanos() / 1e9;
    }

    long cpuSeconds() {
        return cpu.plusNanos(999_999_999).toSeconds();
    }
}
