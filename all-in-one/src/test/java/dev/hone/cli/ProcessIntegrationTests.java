package dev.hone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Trainings in processes of their own that come to a sudden end.
@Tag("slow")
@Tag("nightly")
class ProcessIntegrationTests {

    private static final int EXIT_SECONDS = 60;

    @TempDir
    private Path folder;

    private String data;

    @BeforeEach
    void open() throws IOException {
        // The database server of root may run as nobody, who has to get there.
        Files.setPosixFilePermissions(folder, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        data = folder.resolve("data").toString();
    }

    @Test
    void aTrainingKilledInMidStepGoesOnAndEndsAsIfNothingHadHappened() throws Exception {
        TestingTerminal whole = TestingTerminal.run(
                TestingPlatform::lend,
                "train",
                "--conf",
                file("whole"),
                "--data-dir",
                folder.resolve("x").toString());
        List<ProcessHandle> left;
        try (TestingProcess first = TestingProcess.start("train", "--conf", file("killed"), "--data-dir", data)) {
            first.awaitMiddleOf("killed", "train", 2);
            left = first.family();
            first.kill();
        }
        assertThat(left).filteredOn(ProcessIntegrationTests::isDatabase).anyMatch(ProcessHandle::isAlive);

        try (TestingProcess second = TestingProcess.start("train", "--resume", "--json", "--data-dir", data)) {
            TestingTerminal resumed = second.end();
            assertThat(resumed.code()).as(resumed.toString()).isEqualTo(Main.OK);
            JsonNode summary = EventCodec.json().readTree(resumed.out().getFirst());
            assertThat(summary.path("episodes_issued").asInt()).isEqualTo(TestingExample.SAMPLES);
            assertThat(summary.path("episodes_judged").asInt()).isEqualTo(TestingExample.SAMPLES);
            assertThat(summary.path("episodes_given_up").asInt()).isZero();
            assertThat(curve(resumed)).hasSize(4).isEqualTo(curve(whole));
            assertThat(weights(resumed)).hasSameBinaryContentAs(weights(whole));
        }
        for (ProcessHandle process : left) {
            process.onExit().get(EXIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void killEndsWhatHoneStartedAndNothingElse() throws Exception {
        Process stranger =
                new ProcessBuilder("sh", "-c", "read line # dev.hone.cli.Main train --data-dir " + data).start();
        try (TestingProcess training = TestingProcess.start("train", "--conf", file("ended"), "--data-dir", data)) {
            training.awaitMiddleOf("ended", "eval", 0);
            List<ProcessHandle> family = training.family();
            assertThat(family)
                    .anyMatch(ProcessIntegrationTests::isDatabase)
                    .anyMatch(ProcessIntegrationTests::isSandbox);

            TestingTerminal kill = TestingTerminal.run(Platforms::started, "kill", "--data-dir", data);
            assertThat(kill.code()).isEqualTo(Main.OK);
            assertThat(kill.err()).hasSize(2).last().isEqualTo("1 ended.");
            for (ProcessHandle process : family) {
                process.onExit().get(EXIT_SECONDS, TimeUnit.SECONDS);
            }
            assertThat(training.end().err()).contains("Stopped. Go on with: ./hone train --resume --data-dir " + data);
            assertThat(stranger.isAlive()).isTrue();
            assertThat(TestingTerminal.run(Platforms::started, "kill", "--data-dir", data)
                            .err())
                    .containsExactly("Nothing of Hone runs in " + data);
        } finally {
            stranger.destroy();
        }
    }

    private String file(String run) throws IOException {
        return Files.writeString(folder.resolve(run + ".yaml"), TestingExample.yaml(run, 7))
                .toString();
    }

    private static boolean isDatabase(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/bin/postgres");
    }

    private static boolean isSandbox(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/bwrap");
    }

    /// The progress lines of steps and evaluations, without speed.
    private static List<String> curve(TestingTerminal terminal) {
        return terminal.err().stream()
                .filter(line -> line.startsWith("step ") || line.startsWith("evaluation "))
                .map(line -> line.replaceFirst(" +\\d+ tok/s.*", ""))
                .toList();
    }

    private static Path weights(TestingTerminal terminal) {
        String line = terminal.err().getLast();
        assertThat(line).startsWith("Trained model: ");
        return Path.of(line.substring("Trained model: ".length())).resolve("model.safetensors");
    }
}
