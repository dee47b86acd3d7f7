package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.launcher.Platform;
import dev.hone.launcher.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;

/// docs/runbook.md's backup and restore: PostgreSQL, Kafka's log and checkpoints, copied together.
@Tag("slow")
@Tag("nightly")
class BackupIntegrationTests {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String RUN = "/api/v1/runs/kept";

    @TempDir
    private Path folder;

    @Test
    void aRunInTheMiddleGoesOnFromItsBackupAsIfNothingHadHappened() throws Exception {
        Path data = folder.resolve("data");
        Path backup = folder.resolve("backup.tar");
        List<JsonNode> before;
        try (Platform platform = start(data)) {
            GatewayClient gateway = new GatewayClient(platform.address(Service.GATEWAY));
            gateway.submit(TestingExample.yaml("kept", 5)
                    .replace("total_training_steps: 2", "total_training_steps: 3\n    save_freq: 1"));
            await().atMost(PATIENCE).until(() -> !trained(gateway).isEmpty());
            gateway.post(RUN + "/pause");
            before = trained(gateway);
        }
        archive("-cf", backup, data);
        FileSystemUtils.deleteRecursively(data);
        Files.createDirectory(data);
        archive("-xf", backup, data);

        try (Platform platform = start(data)) {
            GatewayClient gateway = new GatewayClient(platform.address(Service.GATEWAY));
            assertThat(gateway.get(RUN).path("state").asString()).isEqualTo("paused");
            assertThat(trained(gateway)).startsWith(before.toArray(JsonNode[]::new));
            gateway.post(RUN + "/resume");
            await().atMost(PATIENCE)
                    .until(() -> gateway.get(RUN).path("state").asString().equals("completed"));

            List<JsonNode> after = trained(gateway);
            assertThat(after).hasSize(3).startsWith(before.toArray(JsonNode[]::new));
            assertThat(after).extracting(step -> step.path("step").asInt()).containsExactly(1, 2, 3);
            assertThat(after)
                    .allSatisfy(step -> assertThat(step.path("metrics")
                                    .path("episodes/given_up")
                                    .asDouble())
                            .isZero());
            assertThat(Path.of(gateway.get(RUN).path("export").asString())).isNotEmptyDirectory();
        }
    }

    private static Platform start(Path data) {
        return Platform.start(data, EnumSet.allOf(Service.class), Map.of(), line -> {});
    }

    private static List<JsonNode> trained(GatewayClient gateway) {
        return gateway.get(RUN + "/steps")
                .path("steps")
                .valueStream()
                .filter(step -> step.path("purpose").asString().equals("train"))
                .toList();
    }

    /// With owners and modes, as they are the database server's.
    private static void archive(String what, Path file, Path data) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-C", data.toString(), what, file.toString(), ".")
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
    }
}
