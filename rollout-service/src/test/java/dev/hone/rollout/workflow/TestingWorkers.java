package dev.hone.rollout.workflow;

import java.time.Duration;

/// Workers with small limits.
final class TestingWorkers {

    private TestingWorkers() {}

    static FileWorkflows files() {
        Duration minute = Duration.ofMinutes(1);
        return new FileWorkflows(
                new WorkerProperties(null, null, 54322, 128, 2048, 256, 16, minute, Duration.ofSeconds(1), minute));
    }
}
