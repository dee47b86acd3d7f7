package dev.hone.task.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.run.RolloutConfig;
import dev.hone.task.dataset.TestingConfigs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseTests {

    private static final Duration QUARTER = Duration.ofMinutes(15);

    @Test
    void lastsAsLongAsThePhaseCanTake() {
        // 400 episodes by 64 workers: 7 rounds and 2 spare ones of 300 s.
        assertThat(Lease.length(QUARTER, rollout(64, 300), 400)).isEqualTo(Duration.ofSeconds(9 * 300));
        // One worker: every episode waits for all before it.
        assertThat(Lease.length(QUARTER, rollout(1, 300), 400)).isEqualTo(Duration.ofSeconds(402 * 300));
    }

    @Test
    void isNeverShorterThanTheSetting() {
        assertThat(Lease.length(QUARTER, rollout(64, 10), 1)).isEqualTo(QUARTER);
    }

    private static RolloutConfig rollout(int workers, int timeout) {
        return TestingConfigs.read("""
                        hone:
                          rollout: {max_env_worker: %d, episode_timeout: %d}
                        """.formatted(workers, timeout)).rollout();
    }
}
