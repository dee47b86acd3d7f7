package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.GenerateRequest;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.LearnerApplication;
import dev.hone.messaging.TestInfrastructure;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

class FaultIntegrationTests {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final RunId RUN = new RunId("damaged");

    private static String database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void infrastructure() {
        database = TestInfrastructure.database("learner-faults");
    }

    @Test
    void damagedCheckpointsArePassedOverBitEqualOrNamed() throws Exception {
        RunConfig config =
                RunConfigReader.read("""
                hone:
                  model: {path: %s}
                  trainer_common: {device: cpu, save_freq: 1, keep_checkpoints: 2, optim: {lr: 1.0e-3}}
                """.formatted(GoldenModel.directory())).config();
        Path checkpoints = folder.resolve(RUN.value()).resolve("checkpoints");
        String policy = "/api/v1/runs/" + RUN + "/policy";
        try (TestingRing ring = new TestingRing(config, RUN)) {
            String before;
            try (ConfigurableApplicationContext context = start()) {
                ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(RUN, config, Instant.now()));
                await().atMost(PATIENCE)
                        .until(() -> ring.get(port(context), policy).statusCode() == 200);
                refusals(ring, port(context));
                for (int step = 1; step <= 3; step++) {
                    ring.phase(port(context), new Phase(Purpose.TRAIN, step, 1, false), 4);
                }
                await().atMost(PATIENCE).until(() -> Files.exists(checkpoints.resolve("step-3")));
                before = ring.get(port(context), policy).body();
                assertThat(before).contains("\"version\":3");
            }
            assertThat(names(checkpoints)).containsExactly("step-2", "step-3");
            truncate(checkpoints.resolve("step-3/optimizer.safetensors"));
            try (ConfigurableApplicationContext context = start()) {
                await().atMost(PATIENCE)
                        .until(() -> ring.get(port(context), policy).statusCode() == 200);
                assertThat(ring.get(port(context), policy).body()).isEqualTo(before);
                ring.phase(port(context), new Phase(Purpose.TRAIN, 4, 1, false), 4);
                await().atMost(PATIENCE).until(() -> Files.exists(checkpoints.resolve("step-4")));
            }
            assertThat(names(checkpoints)).as("the damaged one does not count").containsExactly("step-2", "step-4");
            truncate(checkpoints.resolve("step-2/model.safetensors"));
            truncate(checkpoints.resolve("step-4/model.safetensors"));
            try (ConfigurableApplicationContext context = start()) {
                JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                await().atMost(PATIENCE).until(() -> failure(jdbc).startsWith("checkpoint-damaged"));
                assertThat(failure(jdbc))
                        .contains("Step 1 cannot be replayed")
                        .contains("step-4/model.safetensors is damaged")
                        .contains("step-2/model.safetensors is damaged")
                        .endsWith("Put a sound copy of a checkpoint back.");
            }
        }
    }

    private static void refusals(TestingRing ring, int port) throws Exception {
        refused(
                ring.generate(port, new GenerateRequest(new int[] {7, 512}, 4, 1, 1, 0, List.of(3), 1, 0, 1000)),
                "The prompt holds id 512 at index 1; the model's vocabulary has ids 0 to 511.");
        refused(
                ring.generate(port, new GenerateRequest(new int[] {7}, 0, 1, 1, 0, List.of(3), 1, 0, 1000)),
                "maxNewTokens is 0; it must be at least 1.");
        refused(
                ring.generate(port, new GenerateRequest(new int[] {7}, 4, Double.NaN, 1, 0, List.of(3), 1, 0, 1000)),
                "temperature is NaN");
        refused(ring.generate(port, "no CBOR".getBytes(StandardCharsets.UTF_8)), "is no GenerateRequest in CBOR");
        HttpResponse<byte[]> future =
                ring.generate(port, new GenerateRequest(new int[] {7}, 4, 1, 1, 0, List.of(3), 1, 99, 20));
        assertThat(future.statusCode()).isEqualTo(409);
        assertThat(text(future)).contains("Version 99 was asked for; after 20 ms the weights are at version 0.");
        HttpResponse<byte[]> exact = ring.generate(
                port, new GenerateRequest(new int[] {7}, 4, 1, 1, 0, List.of(3), 1, 0, 1000).ofVersion(0));
        assertThat(exact.statusCode()).isEqualTo(200);
        assertThat(ring.generate(port, 1, 0, 10_000).statusCode()).isEqualTo(200);
    }

    private static void refused(HttpResponse<byte[]> answer, String detail) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(text(answer)).contains(detail);
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private ConfigurableApplicationContext start() {
        return LearnerApplication.builder()
                .run(
                        "--server.port=0",
                        "--LEARNER_DB_URL=" + database,
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--hone.learner.runs-directory=" + folder);
    }

    private static int port(ConfigurableApplicationContext context) {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    private static List<String> names(Path checkpoints) throws IOException {
        try (Stream<Path> left = Files.list(checkpoints)) {
            return left.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 9);
        }
    }

    private static String failure(JdbcTemplate jdbc) {
        return jdbc.queryForList(
                        "select coalesce(failure_code || ' ' || failure_message, '') from run where run = ?",
                        String.class,
                        RUN.value())
                .getFirst();
    }
}
