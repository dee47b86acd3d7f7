package dev.hone.task.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StallGuardTests {

    @Test
    @Timeout(60)
    void whoWaitsForEverIsInterruptedAndKeepsNoTraceOfIt() {
        StallGuard guard = new StallGuard(Duration.ofMillis(20));
        assertThatThrownBy(() -> new CountDownLatch(1).await()).isInstanceOf(InterruptedException.class);
        assertThat(guard.stalled()).isTrue();
        Thread.currentThread().interrupt(); // the library puts it back
        guard.close();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void anotherInterruptionIsNotTakenBack() {
        StallGuard guard = new StallGuard(Duration.ofMinutes(5));
        guard.moved();
        Thread.currentThread().interrupt();
        guard.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(guard.stalled()).isFalse();
    }
}
