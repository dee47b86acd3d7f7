package dev.hone.learner.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.hone.contracts.EventCodec;
import dev.hone.contracts.Purpose;
import dev.hone.contracts.RunId;
import dev.hone.contracts.Topics;
import dev.hone.contracts.learner.ModelLocation;
import dev.hone.contracts.learner.ModelVersions;
import dev.hone.contracts.learner.TrainedBatches;
import dev.hone.contracts.learner.TrainedTokens;
import dev.hone.contracts.run.LoraConfig;
import dev.hone.contracts.run.RunConfig;
import dev.hone.contracts.run.RunConfigReader;
import dev.hone.contracts.run.RunSubmitted;
import dev.hone.contracts.task.Phase;
import dev.hone.learner.GoldenModel;
import dev.hone.learner.LearnerApplication;
import dev.hone.learner.checkpoint.CheckpointDirectory;
import dev.hone.learner.model.PolicyLoader;
import dev.hone.learner.step.AdamW;
import dev.hone.messaging.TestInfrastructure;
import dev.hone.policy.Policy;
import dev.hone.policy.PolicyOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

class LearnerIntegrationTests {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static String database;

    @TempDir
    private Path folder;

    @BeforeAll
    static void infrastructure() {
        database = TestInfrastructure.database("learner");
    }

    private ConfigurableApplicationContext start() {
        return start(0);
    }

    private ConfigurableApplicationContext start(int threads) {
        return LearnerApplication.builder()
                .run(
                        "--hone.learner.threads=" + threads,
                        "--server.port=0",
                        "--LEARNER_DB_URL=" + database,
                        "--DB_PASSWORD=" + TestInfrastructure.password(),
                        "--KAFKA_BROKERS=" + TestInfrastructure.brokers(),
                        "--hone.learner.runs-directory=" + folder);
    }

    private static int port(ConfigurableApplicationContext context) {
        return ((WebServerApplicationContext) context).getWebServer().getPort();
    }

    private static RunConfig config(Path model) {
        return config(model, 0);
    }

    private static RunConfig config(Path model, int rank) {
        return RunConfigReader.read("""
                hone:
                  model: {path: %s}
                  trainer_common:
                    device: cpu
                    save_freq: 100
                    lora: {rank: %d}
                    optim: {lr: 1.0e-3}
                    algorithm: {name: gspo, mini_batch_num: 2, kl_loss_coef: 0.01, rollout_is: token}
                """.formatted(model, rank)).config();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void trainsFromEventsAndComesBackBitEqualAfterARestart(int rank) throws Exception {
        RunId run = new RunId("there-and-back-" + rank);
        RunConfig config = config(GoldenModel.directory(), rank);
        String before;
        List<String> checksums;
        try (TestingRing ring = new TestingRing(config, run)) {
            try (ConfigurableApplicationContext context = start(1)) {
                JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                assertThat(ring.generate(port(context), 1, 0, 1000).statusCode())
                        .isEqualTo(404);
                ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(run, config, Instant.now()));
                await().atMost(PATIENCE)
                        .until(() -> ring.get(port(context), "/api/v1/runs/" + run + "/policy")
                                        .statusCode()
                                == 200);
                ring.phase(port(context), new Phase(Purpose.TRAIN, 1, 2, false), 4);
                awaitPhases(jdbc, run, 1);
                assertThat(ring.generate(port(context), 1, 9, 50).statusCode()).isEqualTo(409);

                // everything of step 1 once more, under new message ids: nothing is trained on twice
                ring.phase(port(context), new Phase(Purpose.TRAIN, 1, 2, false), 4);
                ring.phase(port(context), new Phase(Purpose.TRAIN, 2, 2, false), 4);
                awaitPhases(jdbc, run, 2);
                assertThat(jdbc.queryForObject(
                                "select count(*) from ledger_member where run = ?", Integer.class, run.value()))
                        .isEqualTo(16);
                checksums = jdbc.queryForList(
                        "select checksum from policy_version where run = ? order by version",
                        String.class,
                        run.value());
                assertThat(checksums).hasSize(3).doesNotHaveDuplicates();
                String metrics = jdbc.queryForObject(
                        "select metrics from ledger where run = ? and step = 2", String.class, run.value());
                assertThat(gap(metrics)).isLessThan(1e-4);
                tokensStandBesideTheLedger(ring, context);
                before = ring.get(port(context), "/api/v1/runs/" + run + "/policy")
                        .body();
                assertThat(before).contains("\"version\":2").contains(checksums.getLast());
            }
            try (ConfigurableApplicationContext context = start(2)) {
                JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
                await().atMost(PATIENCE)
                        .until(() -> ring.get(port(context), "/api/v1/runs/" + run + "/policy")
                                        .statusCode()
                                == 200);
                assertThat(ring.get(port(context), "/api/v1/runs/" + run + "/policy")
                                .body())
                        .isEqualTo(before);
                ring.phase(port(context), new Phase(Purpose.EVAL, 2, 1, true), 4);
                await().atMost(PATIENCE).until(() -> state(jdbc, run).equals("COMPLETED"));
                assertThat(jdbc.queryForObject(
                                "select count(*) from policy_version where run = ?", Integer.class, run.value()))
                        .isEqualTo(3);
                // replayed, and gone on, by as many threads as before the restart
                assertThat(jdbc.queryForList(
                                "select distinct threads || ' ' || max_tokens_per_micro_batch from ledger where run = ?",
                                String.class,
                                run.value()))
                        .containsExactly("1 16384");
                assertThat(folder.resolve(run.value()).resolve("model/model.safetensors"))
                        .exists();
                assertThat(Files.exists(folder.resolve(run.value()).resolve("adapter/adapter_config.json")))
                        .isEqualTo(rank > 0);
                assertThat(folder.resolve(run.value()).resolve("checkpoints/step-2/state.json"))
                        .exists();
                versionsAreThereToBeHad(ring, port(context), run, rank, checksums);
            }
        }
    }

    @Test
    void runWhoseWeightsAreTruncatedFailsWithAReason() throws Exception {
        RunId run = new RunId("truncated");
        Path model = Files.createDirectory(folder.resolve("broken"));
        Files.copy(GoldenModel.directory().resolve("config.json"), model.resolve("config.json"));
        byte[] weights = Files.readAllBytes(GoldenModel.directory().resolve("model.safetensors"));
        Files.write(model.resolve("model.safetensors"), Arrays.copyOf(weights, weights.length / 2));
        RunConfig config = config(model);
        try (TestingRing ring = new TestingRing(config, run);
                ConfigurableApplicationContext context = start()) {
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(run, config, Instant.now()));
            await().atMost(PATIENCE).until(() -> state(jdbc, run).equals("FAILED"));
            assertThat(jdbc.queryForObject(
                            "select failure_code || ' ' || failure_message from run where run = ?",
                            String.class,
                            run.value()))
                    .startsWith("invalid-weights")
                    .contains("is truncated");
            assertThat(folder.resolve(run.value())).doesNotExist();
        }
    }

    @Test
    void runIsRefusedAFolderWithAnotherRunsCheckpoints() throws Exception {
        RunId run = new RunId("intruder");
        Path output = folder.resolve("shared");
        try (Policy policy = Policy.load(GoldenModel.directory(), PolicyOptions.cpu());
                AdamW optimizer = new AdamW(policy, new AdamW.Settings(0.9, 0.999, 1e-8, 0, 1))) {
            new CheckpointDirectory(output, new RunId("owner")).save(1, 42, policy, optimizer);
        }
        RunConfig config = RunConfigReader.read("""
                hone:
                  model: {path: %s}
                  trainer_common: {device: cpu, output_dir: %s}
                """.formatted(GoldenModel.directory(), output))
                .config();
        try (TestingRing ring = new TestingRing(config, run);
                ConfigurableApplicationContext context = start()) {
            assertThat(ring.preflight(port(context)))
                    .contains("hone.trainer_common.output_dir")
                    .contains("holds the checkpoints of run owner; choose another folder");
            ring.send(Topics.RUN_SUBMITTED, new RunSubmitted(run, config, Instant.now()));
            JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
            await().atMost(PATIENCE).until(() -> state(jdbc, run).equals("FAILED"));
            assertThat(jdbc.queryForObject("select failure_message from run where run = ?", String.class, run.value()))
                    .contains("is taken")
                    .contains("owner");
        }
    }

    private void versionsAreThereToBeHad(TestingRing ring, int port, RunId run, int rank, List<String> checksums)
            throws Exception {
        String versions = "/api/v1/runs/" + run + "/versions";
        ModelVersions first = EventCodec.json()
                .readValue(ring.get(port, versions + "?limit=2").body(), ModelVersions.class);
        assertThat(first.kept()).containsExactly(0, 2);
        assertThat(first.versions()).extracting(ModelVersions.Version::checksum).isEqualTo(checksums.subList(0, 2));
        assertThat(first.versions()).extracting(ModelVersions.Version::kept).containsExactly(true, false);
        assertThat(EventCodec.json()
                        .readValue(
                                ring.get(port, versions + "?limit=2&after=" + first.next())
                                        .body(),
                                ModelVersions.class)
                        .next())
                .isNull();
        TrainedBatches batches = EventCodec.json()
                .readValue(ring.get(port, versions + "/2/batches?limit=1").body(), TrainedBatches.class);
        assertThat(batches.batches()).singleElement().satisfies(batch -> {
            assertThat(batch.versionBefore()).isZero();
            assertThat(batch.checksumAfter()).isEqualTo(checksums.get(1));
            assertThat(batch.episodes()).hasSize(8);
        });
        assertThat(batches.next()).isEqualTo(1);
        assertThat(ring.get(port, versions + "/1/batches?after=1").body()).contains("\"batches\":[]");

        HttpResponse<String> gone = ring.get(port, versions + "/1/download");
        assertThat(gone.statusCode()).isEqualTo(409);
        assertThat(gone.body()).contains("keeps no weights of version 1; kept are [0, 2], the nearest is 0");
        Path downloaded = Files.createDirectory(folder.resolve("downloaded-" + rank));
        untar(ring.download(port, versions + "/2/download"), downloaded);
        Path exported = folder.resolve(run.value()).resolve("model");
        try (Stream<Path> files = Files.list(exported)) {
            assertThat(files)
                    .allSatisfy(
                            file -> assertThat(downloaded.resolve(run + "-2").resolve(file.getFileName()))
                                    .hasSameBinaryContentAs(file));
        }

        ModelLocation there = EventCodec.json()
                .readValue(ring.post(port, versions + "/2/directory").body(), ModelLocation.class);
        assertThat(there.checksum()).isEqualTo(checksums.getLast());
        assertThat(there.adapter().isEmpty()).isEqualTo(rank == 0);
        LoraConfig lora = config(GoldenModel.directory(), rank).trainerCommon().lora();
        try (Policy policy = PolicyLoader.load(Path.of(there.path()), there.adapter(), lora, 1, PolicyOptions.cpu())) {
            assertThat("sha256:" + policy.checksum()).isEqualTo(checksums.getLast());
        }
    }

    private static void untar(byte[] bytes, Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes))) {
            for (ArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, tar.readAllBytes());
            }
        }
    }

    private static void tokensStandBesideTheLedger(TestingRing ring, ConfigurableApplicationContext context)
            throws Exception {
        HttpResponse<byte[]> answer = ring.tokens(port(context), 2, 1, 3);
        assertThat(answer.statusCode()).isEqualTo(200);
        TrainedTokens tokens = EventCodec.cbor().readValue(answer.body(), TrainedTokens.class);
        assertThat(tokens.attempt()).isZero();
        TrainedTokens.TimelineTokens timeline = tokens.timelines().getFirst();
        assertThat(timeline.timeline()).isZero();
        // the prompt has five tokens; what was sampled comes after
        assertThat(timeline.positions()).startsWith(5, 6);
        // the second of two mini-batches: the first has moved the weights
        assertThat(timeline.newLogProbs()).hasSameSizeAs(timeline.oldLogProbs()).isNotEqualTo(timeline.oldLogProbs());
        // rewards 1, 0.1, 1, 0.1: mean 0.55, deviation 0.5196; the last sample is 0.45 below
        for (float advantage : timeline.advantages()) {
            assertThat(advantage).isCloseTo(-0.8660237f, within(1e-6f));
        }
        assertThat(ring.tokens(port(context), 2, 1, 4).statusCode()).isEqualTo(404);
    }

    private static double gap(String metrics) {
        return JsonMapper.shared().readTree(metrics).path("logprob_gap/max").asDouble(99);
    }

    private static void awaitPhases(JdbcTemplate jdbc, RunId run, int count) {
        await().atMost(PATIENCE)
                .until(() -> Integer.valueOf(count)
                        .equals(jdbc.queryForObject(
                                "select count(*) from ledger where run = ?", Integer.class, run.value())));
    }

    private static String state(JdbcTemplate jdbc, RunId run) {
        return jdbc.queryForList("select state from run where run = ?", String.class, run.value()).stream()
                .findFirst()
                .orElse("none");
    }
}
