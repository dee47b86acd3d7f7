package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockJumpsTests {

    private final TestingClock clock = new TestingClock();
    private final ClockJumps jumps = new ClockJumps(clock, clock::nanos);

    @Test
    void timeThatPassesIsNoJump() {
        clock.forward(Duration.ofDays(400));
        assertThat(jumps.next()).isZero();
    }

    @Test
    void clockThatIsSetJumpsOnce() {
        clock.set(Duration.ofHours(3));
        clock.forward(Duration.ofMinutes(1));
        assertThat(jumps.next()).isEqualTo(Duration.ofHours(3));
        assertThat(jumps.next()).isZero();
        clock.set(Duration.ofHours(-5));
        assertThat(jumps.next()).isEqualTo(Duration.ofHours(-5));
    }

    @Test
    void stepsOfTimeSynchronisationDoNotCount() {
        clock.set(Duration.ofSeconds(9));
        assertThat(jumps.next()).isZero();
        clock.set(Duration.ofSeconds(-9));
        assertThat(jumps.next()).isZero();
    }
}
