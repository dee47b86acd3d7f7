package dev.hone.gateway.tracker;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hone.contracts.run.Outbound;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MlflowTests {

    @Test
    void aGatewayThatOthersReachTellsNobodyBehindIt() {
        Duration second = Duration.ofSeconds(1);
        Mlflow mlflow = new Mlflow(new TrackerProperties(second, second, second, second), Outbound.of("0.0.0.0", ""));
        TrackedRun run = new TrackedRun(
                "r",
                RunConfigReader.read("hone: {trackers: {mlflow: {tracking_uri: 'http://169.254.169.254'}}}")
                        .config(),
                RunState.RUNNING,
                Instant.EPOCH,
                null);
        assertThatThrownBy(() -> mlflow.open(run))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hone.trackers.mlflow.tracking_uri leads to 169.254.169.254");
    }
}
