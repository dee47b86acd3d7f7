package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.Phase;
import dev.hone.embedded.FreePort;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.LearnerApplication;
import dev.hone.messaging.TestInfrastructure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The disk with checkpoints fills up in the middle of a run. The learner is a process of its own, which sees a small
/// disk (tmpfs, made by bubblewrap) where its runs lie.
@Tag("slow")
class DiskFullIntegrationTests {
    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final RunId RUN = new RunId("cramped");
    private static final int DISK_BYTES = 64 << 20;

    @TempDir
    private Path folder;

    private Path log;
    private Process learner;
    private int port;

    @BeforeEach
    void start() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        log = folder.resolve("learner.log");
        port = FreePort.next();
        List<String> command = List.of(
                "bwrap",
                "--die-with-parent",
                "--dev-bind",
                "/",
                "/",
                "--size",
                Integer.toString(DISK_BYTES),
                "--tmpfs",
                disk.toString(),
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LearnerApplication.class.getName(),
                "--server.port=" + port,
                "--LEARNER_DB_URL=" + TestInfrastructure.database("learner-disk"),
                "--DB_PASSWORD=" + TestInfrastructure.password(),
                "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                "--hone.learner.save-retry=200ms",
                "--hone.learner.runs-directory=" + disk);
        learner = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        learner.descendants().forEach(ProcessHandle::destroyForcibly);
        learner.destroyForcibly().waitFor();
    }

    @Test
    void runGoesOnWithoutCheckpointsSaysSoAndEndsWellWhenThereIsRoom() throws Exception {
        RunConfig config =
                RunConfigReader.read("""
                    hone:
                      model: {path: %s}
                      trainer_common: {device: cpu, save_freq: 1, keep_checkpoints: 2, optim: {lr: 1.0e-3}}
                    """.formatted(GoldenModel.directory())).config();
        try (TestingRing ring = new TestingRing(config, RUN)) {
            ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(RUN, config, Instant.now()));
            until(() -> ring.get(port, "/api/v1/runs/" + RUN + "/policy").statusCode() == 200);
            Path run = disk().resolve(RUN.value());
            ring.phase(port, new Phase(Purpose.TRAIN, 1, 1, false), 4);
            until(() -> Files.exists(run.resolve("checkpoints/step-1")) && failing(ring) == 0);

            Path filler = fill();
            ring.phase(port, new Phase(Purpose.TRAIN, 2, 1, false), 4);
            until(() -> said("no checkpoint of step 2 could be written: java.io.IOException: No space left on device"));
            assertThat(said("The run goes on, and a restart replays what came after the newest one. Make room"
                            + " on that disk."))
                    .isTrue();
            assertThat(failing(ring)).isEqualTo(1);
            assertThat(names(run.resolve("checkpoints")))
                    .as("whole or not at all")
                    .containsExactly("step-1");

            ring.phase(port, new Phase(Purpose.TRAIN, 3, 1, true), 4);
            until(() -> said("all its steps are done, but its results could not be written"));
            assertThat(run.resolve("model/model.safetensors")).doesNotExist();

            Files.delete(filler);
            until(() -> said("Run " + RUN + ": complete, the model is in "));
            assertThat(names(run.resolve("checkpoints"))).containsExactly("step-1", "step-3");
            assertThat(failing(ring)).isZero();
            assertThat(run.resolve("model/model.safetensors")).isNotEmptyFile();
        }
    }

    private void until(Callable<Boolean> condition) throws IOException {
        try {
            await().atMost(PATIENCE).ignoreExceptions().until(condition);
        } catch (ConditionTimeoutException e) {
            List<String> lines = Files.readAllLines(log);
            throw new AssertionError(
                    "The learner's log ends: " + lines.subList(Math.max(0, lines.size() - 20), lines.size()), e);
        }
    }

    /// The small disk, as the learner sees it.
    private Path disk() {
        long inside = learner.descendants()
                .reduce((first, second) -> second)
                .orElseThrow()
                .pid();
        return Path.of("/proc/" + inside + "/root" + folder.resolve("disk"));
    }

    /// Takes what is free.
    private Path fill() {
        Path filler = disk().resolve("filler");
        assertThatThrownBy(() -> {
                    try (OutputStream out = Files.newOutputStream(filler)) {
                        byte[] block = new byte[4096];
                        for (int written = 0; written <= DISK_BYTES; written += block.length) {
                            out.write(block);
                        }
                    }
                })
                .hasMessage("No space left on device");
        return filler;
    }

    private boolean said(String sentence) throws IOException {
        return Files.readString(log).contains(sentence);
    }

    private double failing(TestingRing ring) throws Exception {
        return ring.get(port, "/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("hone_checkpoint_failing{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(Path checkpoints) throws IOException {
        try (Stream<Path> left = Files.list(checkpoints)) {
            return left.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
